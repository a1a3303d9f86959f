import type { Observer } from "@forego/core";
import { otelObserver } from "@forego/otel";
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from "@opentelemetry/sdk-metrics";
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

/** The OTel SDK, with everything on. */
export interface Telemetry {
  readonly observer: Observer;
  /** Exports what is still waiting, and shuts the SDK down. Answers with the number of spans that were exported. */
  close(): Promise<number>;
}

/** Sets up spans that are batched, serialised and thrown away, and metrics that a reader collects. */
export function openTelemetry(): Telemetry {
  const exporter = new SerialisingExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
  const meterProvider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: new SerialisingMetricExporter() })],
  });
  return {
    observer: otelObserver({ tracerProvider, meterProvider }),
    async close() {
      await tracerProvider.shutdown();
      await meterProvider.shutdown();
      return exporter.spans;
    },
  };
}

/** Does all that an exporter does but the network: each span becomes JSON, each batch a body. */
class SerialisingExporter implements SpanExporter {
  spans = 0;
  bytes = 0;

  export(spans: ReadableSpan[], done: Parameters<SpanExporter["export"]>[1]): void {
    const body = spans.map((span) => ({
      ...span.spanContext(),
      name: span.name,
      kind: span.kind,
      startTime: span.startTime,
      endTime: span.endTime,
      status: span.status,
      attributes: span.attributes,
    }));
    this.bytes += Buffer.byteLength(JSON.stringify(body));
    this.spans += spans.length;
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {}
}

/** The same for metrics, cumulative ones: keeping them would make the process grow. */
class SerialisingMetricExporter implements PushMetricExporter {
  bytes = 0;

  export(...[metrics, done]: Parameters<PushMetricExporter["export"]>): void {
    this.bytes += Buffer.byteLength(JSON.stringify(metrics.scopeMetrics));
    done({ code: 0 });
  }

  selectAggregationTemporality(): AggregationTemporality {
    return AggregationTemporality.CUMULATIVE;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
