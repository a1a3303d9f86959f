import { context, type MeterProvider, type Span, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { PeriodicExportingMetricReader, MeterProvider as SdkMeterProvider } from "@opentelemetry/sdk-metrics";
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

/** The story's telemetry: the real SDK, and the finished spans at hand for the summary. */
export interface Telemetry {
  readonly meterProvider: MeterProvider;
  /** Where spans go beside the summary; `undefined` when they go nowhere else. */
  readonly endpoint: string | undefined;
  /** Runs work inside a span of its own, as an application's request would be. */
  inSpan<TResult>(name: string, work: () => Promise<TResult>): Promise<TResult>;
  finishedSpans(): readonly ReadableSpan[];
  shutdown(): Promise<void>;
}

/** Starts the OpenTelemetry SDK. Spans and metrics leave by OTLP when `OTEL_EXPORTER_OTLP_ENDPOINT` is set. */
export function startTelemetry(endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT): Telemetry {
  const resource = resourceFromAttributes({ "service.name": "support-desk" });
  const memory = new InMemorySpanExporter();
  const remote = endpoint ? [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })] : [];
  const tracerProvider = new TracerProvider({
    resource,
    spanProcessors: [new SimpleSpanProcessor({ exporter: memory }), ...remote],
  });
  const readers = endpoint ? [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })] : [];
  const meterProvider = new SdkMeterProvider({ resource, readers });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(tracerProvider);
  const tracer = trace.getTracer("support-desk");
  return {
    meterProvider,
    endpoint,
    inSpan: (name, work) => tracer.startActiveSpan(name, (span: Span) => work().finally(() => span.end())),
    finishedSpans: () => memory.getFinishedSpans(),
    async shutdown() {
      await meterProvider.shutdown();
      await tracerProvider.shutdown();
    },
  };
}
