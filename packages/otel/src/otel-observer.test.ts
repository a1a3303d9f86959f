import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { breakGlassOverride } from "../../../test/support/break-glass-override.ts";
import { buildLifted } from "../../../test/support/build-lifted.ts";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { createDesk, refundCall } from "../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import { otelObserver } from "./otel-observer.ts";

let built: BuiltRelease;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterAll(async () => {
  context.disable();
  await built.remove();
});

type TracerOptions = ConstructorParameters<typeof TracerProvider>[0];

/** An observer before a tracer whose finished spans can be looked at. */
function traced(options: TracerOptions = {}) {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor({ exporter })];
  const tracerProvider = new TracerProvider({ spanProcessors, ...options });
  return { exporter, tracerProvider, observers: [otelObserver({ tracerProvider })] };
}

describe("a span", () => {
  test("is left by each decision that stands, found by its id", async () => {
    const { exporter, observers } = traced();
    const { guard } = createDesk(createEngine(built.release), { observers });
    await guard.propose(refundCall(10));
    const { decision } = await guard.admit(refundCall(10));
    await guard.admit(refundCall(10));
    const spans = exporter.getFinishedSpans();
    expect(spans).toHaveLength(1);
    expect(spans[0]?.name).toBe("decide refund");
    expect(spans[0]?.attributes).toEqual({
      "opa.decision_id": decision.metadata.decision_id,
      "forego.effect": "allow",
      "forego.reasons": ["support_refunds"],
      "forego.matched_rules": ["resource.desk.refund"],
      "forego.rule_sources": [expect.stringMatching(/^refunds\.policy\.ts:\d+:\d+$/)],
      "forego.phase": "tool_call",
      "forego.engine": "wasm",
      "forego.release": built.release.info.digest,
      "forego.policy_version": "1.4.7",
      "forego.enforced": true,
      "gen_ai.tool.name": "refund",
      "gen_ai.tool.call.id": "call-1",
      "gen_ai.conversation.id": "talk-1",
      "gen_ai.agent.id": "desk-agent",
    });
  });

  test("names the rules that were lifted, and that somebody is to look at it", async () => {
    const policies = {
      "exports.policy.ts": `
        import { policy } from "@forego/dsl";
        export default policy({
          name: "exports",
          version: "1.0.0",
          owner: "desk",
          rules: ({ allow, deny }) => ({
            any: allow({ reason: "any", when: () => true }),
            frozen: deny({ reason: "frozen", overridable: { by: ["oncall"] }, when: () => true }),
          }),
        });
      `,
    };
    const lifted = await buildLifted(policies, "frozen", breakGlassOverride("exports", "frozen"));
    onTestFinished(() => lifted.remove());
    const { exporter, observers } = traced();
    const { guard } = createDesk(createEngine(lifted.release), {
      observers,
      facts: {
        break_glass: () => [{ id: "g-1", purpose: "export", expires_at: "2025-09-12T14:00:00Z" }],
      },
    });
    const { decision } = await guard.admit(refundCall(10));
    expect(decision.allow).toBe(true);
    expect(exporter.getFinishedSpans()[0]?.attributes).toMatchObject({
      "forego.overridden_rules": ["resource.exports.frozen"],
      "forego.audit_required": true,
    });
  });

  test("is a child of the span that is active where the call is decided, after waiting too", async () => {
    const { exporter, observers, tracerProvider } = traced();
    const { guard } = createDesk(createEngine(built.release), {
      observers,
      facts: { risk: () => new Promise((resolve) => setTimeout(resolve, 5, 0)) },
      clock: undefined,
      deadlineMs: 5000,
    });
    const tracer = tracerProvider.getTracer("host");
    const parents = ["execute_tool a", "execute_tool b"].map((name) => tracer.startSpan(name));
    await Promise.all(
      parents.map((parent, index) =>
        context.with(trace.setSpan(context.active(), parent), () =>
          guard.admit(refundCall(10, { callId: `call-${index}` })),
        ),
      ),
    );
    for (const [index, parent] of parents.entries()) {
      const span = exporter
        .getFinishedSpans()
        .find(({ attributes }) => attributes["gen_ai.tool.call.id"] === `call-${index}`);
      expect(span?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
      expect(span?.spanContext().traceId).toBe(parent.spanContext().traceId);
    }
  });

  test("tells trouble from a deny, and names the rules that could not be checked", async () => {
    const { exporter, observers } = traced();
    const { guard } = createDesk(createEngine(built.release), { observers });
    await guard.decide(refundCall(10, { host: { cleared: [] } }));
    await guard.decide(refundCall(1n));
    await guard.decide(refundCall("ten"));
    const [deny, trouble, invalid] = exporter.getFinishedSpans();
    expect(deny?.status.code).toBe(SpanStatusCode.UNSET);
    expect(trouble?.status).toEqual({ code: SpanStatusCode.ERROR, message: "forego.invalid_arguments" });
    expect(trouble?.attributes["error.type"]).toBe("forego.invalid_arguments");
    expect(invalid?.attributes["forego.invalid_rules"]).toEqual([
      "resource.desk.confirm: action.args.amount",
      "resource.desk.review: action.args.amount",
    ]);
  });

  test("lasts as long as the decision took, and ends when it stood", async () => {
    const { exporter, observers } = traced();
    const { guard } = createDesk(createEngine(built.release), { observers, clock: undefined });
    const { metadata } = await guard.decide(refundCall(10));
    const [seconds = -1, nanoseconds = -1] = exporter.getFinishedSpans()[0]?.duration ?? [];
    expect(seconds * 1e6 + nanoseconds / 1000).toBeCloseTo(metadata.duration_us, -1);
  });

  test("holds names of a bounded length that every exporter can write", async () => {
    const { exporter, observers } = traced();
    const { guard } = createDesk(createEngine(built.release), { observers });
    const tools = ["x".repeat(10_000), `${"x".repeat(255)}\u{1f600}`, "\ud800"];
    for (const tool of tools) await guard.decide({ ...refundCall(1), tool, conversationId: tool });
    for (const { name, attributes } of exporter.getFinishedSpans()) {
      for (const text of [name, ...Object.values(attributes).filter((value) => typeof value === "string")]) {
        expect(text.length).toBeLessThan(300);
        expect(text.isWellFormed()).toBe(true);
      }
    }
    expect(exporter.getFinishedSpans()).toHaveLength(3);
  });

  test("that is not sampled still gives its trace to the record, and costs no attributes", async () => {
    const { exporter, observers } = traced({ sampler: new AlwaysOffSampler() });
    const traces: unknown[] = [];
    const { guard } = createDesk(createEngine(built.release), {
      observers: [...observers, { onDecision: (event) => void traces.push(event.trace) }],
    });
    await guard.decide(refundCall(10));
    expect(exporter.getFinishedSpans()).toHaveLength(0);
    expect(traces).toEqual([
      { traceId: expect.stringMatching(/^[0-9a-f]{32}$/), spanId: expect.any(String) },
    ]);
  });

  test("is none where no SDK is registered, and decisions go on", async () => {
    const traces: unknown[] = [];
    const { guard } = createDesk(createEngine(built.release), {
      observers: [otelObserver(), { onDecision: (event) => void traces.push(event.trace) }],
    });
    expect((await guard.decide(refundCall(10))).allow).toBe(true);
    expect(traces).toEqual([undefined]);
  });
});

describe("metrics", () => {
  test("are a histogram that tells microseconds apart, and a counter of reasons", async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    const { guard, clock } = createDesk(createEngine(built.release), {
      observers: [otelObserver({ meterProvider })],
      facts: {
        risk() {
          clock.advance(0.03);
          return 0;
        },
      },
    });
    for (let round = 0; round < 10; round++) await guard.decide(refundCall(10));
    await guard.decide(refundCall(10, { host: { cleared: [] } }));
    await guard.decide(refundCall("ten"));
    await reader.forceFlush();
    const metrics = exporter.getMetrics().at(-1)?.scopeMetrics[0]?.metrics ?? [];
    const duration = metrics.find(({ descriptor }) => descriptor.name === "forego.decision.duration");
    expect(duration?.descriptor.unit).toBe("s");
    const allowed = duration?.dataPoints.find(({ attributes }) => attributes["forego.effect"] === "allow");
    expect(allowed?.attributes).toEqual({
      "forego.effect": "allow",
      "forego.phase": "tool_call",
      "forego.engine": "wasm",
    });
    // the third bucket ends at 2.5e-5 s, the fourth at 5e-5 s
    const counts = [0, 0, 0, 10, ...new Array(13).fill(0)];
    expect(allowed?.value).toMatchObject({ count: 10, buckets: { counts } });
    const decisions = metrics.find(({ descriptor }) => descriptor.name === "forego.decisions");
    const byReason = decisions?.dataPoints.map(({ attributes, value }) => [
      attributes["forego.reason"],
      value,
    ]);
    expect(Object.fromEntries(byReason ?? [])).toMatchObject({
      support_refunds: 10,
      data_class_unauthorized_for_user: 1,
    });
    await meterProvider.shutdown();
  });
});
