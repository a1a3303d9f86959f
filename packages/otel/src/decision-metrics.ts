import type { DecisionEvent } from "@forego/core";
import type { Counter, Histogram, MeterProvider } from "@opentelemetry/api";
import * as semconv from "./semconv.ts";

/** Seconds: decisions take microseconds, and the SDK's default buckets begin at 5 s. */
const durationBuckets = [
  5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 1,
];

interface Instruments {
  readonly provider: MeterProvider;
  readonly duration: Histogram;
  readonly decisions: Counter;
}

/**
 * Records decisions as metrics. Instruments are made when they are first used, and made anew when another provider
 * has been registered: one that is made before the SDK is registered never records.
 *
 * Attributes are few and closed: effects, phases, engines, and reasons, which policies name. No tools and no users.
 */
export function createDecisionMetrics(findProvider: () => MeterProvider): (event: DecisionEvent) => void {
  let instruments: Instruments | undefined;
  return (event) => {
    const provider = findProvider();
    if (instruments?.provider !== provider) instruments = createInstruments(provider);
    const { effect, reasons, metadata } = event.decision;
    const common = { [semconv.ATTR_EFFECT]: effect, [semconv.ATTR_PHASE]: event.phase };
    instruments.duration.record(metadata.duration_us / 1e6, {
      ...common,
      [semconv.ATTR_ENGINE]: event.engine,
    });
    if (reasons.length === 0) instruments.decisions.add(1, common);
    for (const reason of reasons) instruments.decisions.add(1, { ...common, [semconv.ATTR_REASON]: reason });
  };
}

function createInstruments(provider: MeterProvider): Instruments {
  const meter = provider.getMeter("@forego/otel");
  return {
    provider,
    duration: meter.createHistogram(semconv.METRIC_DECISION_DURATION, {
      description: "From the host's call to the decision.",
      unit: "s",
      advice: { explicitBucketBoundaries: durationBuckets },
    }),
    decisions: meter.createCounter(semconv.METRIC_DECISIONS, {
      description: "Decisions, once for each of their reasons.",
      unit: "{decision}",
    }),
  };
}
