import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

// The API is the application's: this package has to work with the copy that it finds. A module hook in a child
// process makes that copy another one, for this package and for the SDK alike.

const versions = { "1.9.1": "otel-api-1.9", "1.10.0": "@opentelemetry/api" };

const redirectTo = (name: string) => `
  import { registerHooks } from "node:module";
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === "@opentelemetry/api" ? ${JSON.stringify(name)} : specifier, context),
  });
`;

const program = (isRegistered: boolean) => `
  import { metrics, trace } from "@opentelemetry/api";
  import { InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
  import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
  import { otelObserver } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};

  const spans = new InMemorySpanExporter();
  const measures = new InMemoryMetricExporter(1);
  const reader = new PeriodicExportingMetricReader({ exporter: measures, exportIntervalMillis: 3_600_000 });

  // made before the SDK is registered, as modules do
  const observer = otelObserver();
  const metadata = { decision_id: "id-1", matched_rules: [], overridden_rules: [], duration_us: 41 };
  const decision = { allow: true, effect: "allow", reasons: [], metadata };
  const event = { decision, phase: "tool_call", agent: "a", tool: "refund", engine: "wasm", matched: [], invalid: [] };
  const early = observer.onDecision(event);

  if (${isRegistered}) {
    const spanProcessors = [new SimpleSpanProcessor({ exporter: spans })];
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors }));
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  }
  const late = observer.onDecision(event);
  if (${isRegistered}) await reader.forceFlush();

  const measured = measures.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics).flatMap(({ metrics }) => metrics);
  console.log(JSON.stringify({
    traced: [early !== undefined, late !== undefined],
    spans: spans.getFinishedSpans().map(({ name, attributes }) => [name, attributes["opa.decision_id"]]),
    metrics: measured.map(({ descriptor }) => descriptor.name),
    api: globalThis[Symbol.for("opentelemetry.js.api.1")]?.version,
  }));
  process.exit();
`;

async function run(name: string, isRegistered: boolean): Promise<unknown> {
  const hook = `data:text/javascript,${encodeURIComponent(redirectTo(name))}`;
  const options = ["--conditions=@forego/source", "--import", hook, "--input-type=module"];
  const cwd = new URL(".", import.meta.url);
  const started = promisify(execFile)(process.execPath, [...options, "--eval", program(isRegistered)], {
    cwd,
  });
  return JSON.parse((await started).stdout);
}

describe.each(Object.entries(versions))("with version %s of the API", (version, name) => {
  test("decisions are traced and measured once an SDK is registered", async () => {
    expect(await run(name, true)).toEqual({
      traced: [false, true],
      spans: [["decide refund", "id-1"]],
      metrics: ["forego.decision.duration", "forego.decisions"],
      // of the copy that the SDK was registered with
      api: version,
    });
  });

  test("decisions go on where none is", async () => {
    expect(await run(name, false)).toEqual({ traced: [false, false], spans: [], metrics: [] });
  });
});
