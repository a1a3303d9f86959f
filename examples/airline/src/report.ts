import type { RuleInfo } from "@forego/core";
import { writesOf } from "./check-run.ts";
import type { DecidedCall } from "./decide-calls.ts";
import { describeSubject } from "./describe-subject.ts";
import type { AirlineRun } from "./run-airline.ts";
import { wrapText } from "./wrap-text.ts";

const examplesShown = 3;

type Calls = readonly DecidedCall[];

/** What a run decided, for those who answer for the policy: rule by rule, with the sentence that each rule keeps. */
export function formatReport(run: AirlineRun): string {
  const { release, recorded, reference } = run;
  const asking = release.rules.filter(({ effect }) => effect === "require_approval");
  return [
    "WHAT WAS DENIED",
    ...formatDenied(
      release.rules.filter(({ effect }) => effect === "deny"),
      recorded.filter(({ decision }) => decision.effect === "deny"),
    ),
    "WHAT THE USER WAS ASKED",
    ...asking.map((rule) => formatAsked(rule, recorded)),
    "IN ALL",
    [...formatTotals("recorded", recorded), ...formatTotals("reference", reference)].join("\n"),
    formatCarriedOut(recorded),
    formatSpeed(run),
  ].join("\n\n");
}

function formatDenied(rules: readonly RuleInfo[], denied: Calls): readonly string[] {
  const byRule = rules.map((rule) => ({ rule, calls: denied.filter((decided) => isHit(rule, decided)) }));
  const broken = byRule.filter(({ calls }) => calls.length > 0);
  const unbroken = byRule.filter(({ calls }) => calls.length === 0);
  const byGuard = denied.filter((decided) => !rules.some((rule) => isHit(rule, decided)));
  return [
    ...broken
      .toSorted((left, right) => right.calls.length - left.calls.length)
      .map(({ rule, calls }) =>
        formatRule(
          rule,
          `${calls.length} denied, ${countCarriedOut(calls)} of them carried out at the time`,
          calls,
        ),
      ),
    ...(byGuard.length === 0 ? [] : [formatDeniedByGuard(byGuard)]),
    ...(unbroken.length === 0 ? [] : [formatUnbroken(unbroken.map(({ rule }) => rule))]),
  ];
}

function isHit(rule: RuleInfo, { decision }: DecidedCall): boolean {
  return decision.metadata.matched_rules.includes(rule.id);
}

/** What the tool answered without an error has happened, whatever is decided now. */
function countCarriedOut(calls: Calls): number {
  return calls.filter(({ call }) => call.result?.startsWith("Error:") === false).length;
}

function formatRule({ id, description = "" }: RuleInfo, counts: string, calls: Calls): string {
  return [`  ${id}: ${counts}`, wrapText(`"${description}"`, "    "), ...formatExamples(calls)].join("\n");
}

/** The first call about each reservation, booking or certificate. */
function formatExamples(calls: Calls): readonly string[] {
  const subjects = calls.map(({ call }) => describeSubject(call));
  return calls
    .filter(({ call }, index) => subjects.indexOf(describeSubject(call)) === index)
    .slice(0, examplesShown)
    .map(
      ({ conversation, call }) =>
        `      ${conversation.name.padEnd(18)} ${call.tool.padEnd(29)} ${describeSubject(call)}`,
    );
}

function formatDeniedByGuard(calls: Calls): string {
  const lines = calls.map(
    ({ call, decision }) => `      ${call.tool.padEnd(29)} ${decision.reasons.join(", ")}`,
  );
  return [`  by the guard itself: ${calls.length} denied`, ...new Set(lines)].join("\n");
}

function formatUnbroken(rules: readonly RuleInfo[]): string {
  const names = rules.map(({ id }) => id.slice(id.indexOf(".") + 1));
  return wrapText(`No call broke ${names.join(", ")}.`, "  ");
}

function formatAsked(rule: RuleInfo, recorded: Calls): string {
  const asked = recorded.filter(({ wasAsked }) => wasAsked);
  const waiting = asked.filter(({ decision }) => decision.effect === "require_approval");
  const counts = `${asked.length} asked, ${asked.length - waiting.length} answered with yes, ${waiting.length} without a yes`;
  return formatRule(rule, counts, waiting);
}

function formatTotals(name: string, decided: Calls): readonly string[] {
  return [formatTotal(`${name} calls`, decided), formatTotal("  of them writes", writesOf(decided))];
}

function formatTotal(name: string, calls: Calls): string {
  const count = (effect: string) =>
    formatNumber(calls.filter(({ decision }) => decision.effect === effect).length);
  const counts = `${count("allow")} allowed, ${count("require_approval")} waiting for a yes, ${count("deny")} denied`;
  return `  ${name.padEnd(16)} ${formatNumber(calls.length).padStart(6)}: ${counts}`;
}

function formatCarriedOut(recorded: Calls): string {
  const writesThatRan = countCarriedOut(
    writesOf(recorded).filter(({ decision }) => decision.effect === "deny"),
  );
  return `  ${writesThatRan} of the denied writes had been carried out: no guard stood before this agent.`;
}

function formatSpeed({ recorded, reference, elapsedMs }: AirlineRun): string {
  const calls = recorded.length + reference.length;
  const perSecond = formatNumber(Math.round((calls * 1000) / elapsedMs));
  const seconds = (elapsedMs / 1000).toFixed(2);
  return `  ${formatNumber(calls)} calls proposed, put to the user where a rule asks, and decided in ${seconds} s: ${perSecond} a second in this run.`;
}

function formatNumber(value: number): string {
  return value.toLocaleString("en");
}
