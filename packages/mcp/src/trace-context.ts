import { property } from "./json-rpc.ts";

/** The trace that requests belong to, by the names of their `_meta`. */
export interface TraceContext {
  /** Runs work as a part of the trace that a request names. */
  within<TResult>(params: unknown, work: () => TResult): TResult;
  /** The names of the active trace. */
  active(): Readonly<Record<string, string>>;
}

const keys = ["traceparent", "tracestate", "baggage"];

/**
 * Reads and writes the trace context of requests with the OpenTelemetry API, where the application has it; else it does
 * nothing. Which of it is believed is up to the application's propagator.
 */
export async function loadTraceContext(): Promise<TraceContext> {
  try {
    const { context, propagation } = await import("@opentelemetry/api");
    const getter = {
      keys: () => keys,
      get: (carrier: unknown, key: string) => {
        const value = keys.includes(key) ? property(carrier, key) : undefined;
        return typeof value === "string" ? value : undefined;
      },
    };
    return {
      within(params, work) {
        const meta = property(params, "_meta");
        if (meta === undefined) return work();
        return context.with(propagation.extract(context.active(), meta, getter), work);
      },
      active() {
        const carrier: Record<string, string> = {};
        propagation.inject(context.active(), carrier);
        return carrier;
      },
    };
  } catch {
    // the API is an optional peer
    return { within: (_params, work) => work(), active: () => ({}) };
  }
}
