import { relative } from "node:path";
import { styleText } from "node:util";
import type { DecisionEvent } from "@forego/core";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Scenario } from "./scenarios.ts";
import { decisionsOf, type Entry, type Transcript } from "./transcript.ts";

/** Writes lines for people. */
export type Print = (line: string) => void;

/** Prints a scenario: what happened in the first host, with the decisions of both. */
export function reportScenario(
  index: number,
  scenario: Scenario,
  runs: readonly Transcript[],
  print: Print,
): void {
  print("");
  print(styleText("bold", `${index}. ${scenario.title}`));
  print(`   user         "${scenario.request}"`);
  const decisions = runs.map((run) => ({ host: run.host, left: [...decisionsOf(run)] }));
  for (const entry of runs[0]?.entries ?? []) {
    if (entry.kind !== "decision") {
      reportEntry(entry, print);
      continue;
    }
    print(`   model calls  ${entry.event.tool}`);
    for (const { host, left } of decisions) {
      const event = left.shift();
      if (event !== undefined) print(`   ${host.padEnd(12)} ${describeDecision(event)}`);
    }
    const { decision } = entry.event;
    if (!decision.allow) print(`   model reads  ${decision.message}`);
  }
}

function reportEntry(entry: Exclude<Entry, { kind: "decision" }>, print: Print): void {
  switch (entry.kind) {
    case "asked":
      for (const { rule, from } of entry.event.requests) {
        const who = from === "user" ? "the user" : from.groups.join(" or ");
        print(
          `   ${styleText("yellow", "waits")}        for ${who}: ${entry.event.decision.message} [${rule}]`,
        );
      }
      break;
    case "answered":
      print(`   person       ${entry.by} ${entry.granted ? "grants it" : "refuses"}`);
      break;
    case "said":
      print(`   model says   "${entry.text}"`);
  }
}

function describeDecision({ decision, matched, trace }: DecisionEvent): string {
  const { effect, reasons, metadata } = decision;
  const name = styleText(effect === "allow" ? "green" : "red", effect.toUpperCase().padEnd(5));
  const asked = matched.find((one) => one.effect === "require_approval");
  const rule = asked ?? matched.find((one) => one.effect === effect) ?? matched[0];
  const place = rule === undefined ? "-" : `${placeOf(rule.source.file)}:${rule.source.line}`;
  const duration = `${metadata.duration_us} us`;
  return `${name} ${reasons.join(", ").padEnd(34)} ${place.padEnd(32)} ${duration.padStart(8)}  trace ${trace?.traceId ?? "-"}`;
}

/** Sources are named from the folder of the policies; the library's lie elsewhere. */
function placeOf(file: string): string {
  return relative(".", file).replace(/^(?:\.\.\/)+/, "");
}

/** Prints what the spans of all decisions say together. */
export function reportSpans(
  spans: readonly ReadableSpan[],
  endpoint: string | undefined,
  print: Print,
): void {
  const decisions = spans.filter(({ attributes }) => attributes["opa.decision_id"] !== undefined);
  const milliseconds = decisions.map(({ duration: [seconds, nanos] }) => seconds * 1e3 + nanos / 1e6);
  const sorted = milliseconds.sort((left, right) => left - right);
  const at = (share: number) => `${(sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2)} ms`;
  const traces = new Set(decisions.map((span) => span.spanContext().traceId)).size;
  print("");
  print(styleText("bold", "Spans"));
  print(
    `   ${decisions.length} decisions in ${traces} traces, one span each: median ${at(0.5)}, slowest ${at(0.999)}`,
  );
  const [first] = decisions;
  if (first !== undefined) {
    const { traceId, spanId } = first.spanContext();
    print(`   for example  opa.decision_id=${String(first.attributes["opa.decision_id"])}`);
    print(`                is span ${spanId} of trace ${traceId}`);
  }
  print(`   sent to      ${endpoint ?? "nowhere else (set OTEL_EXPORTER_OTLP_ENDPOINT to send them)"}`);
}
