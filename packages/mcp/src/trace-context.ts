import { property } from "./json-rpc.ts";

/** Runs work as a part of the trace that a request's `_meta` names. */
export type InTrace = <TResult>(params: unknown, work: () => TResult) => TResult;

const keys = ["traceparent", "tracestate", "baggage"];

/**
 * Reads the trace context of requests with the OpenTelemetry API, where the application has it; else it does nothing.
 * Which of it is believed is up to the application's propagator.
 */
export async function loadTraceContext(): Promise<InTrace> {
  try {
    const { context, propagation } = await import("@opentelemetry/api");
    const getter = {
      keys: () => keys,
      get: (carrier: unknown, key: string) => {
        const value = keys.includes(key) ? property(carrier, key) : undefined;
        return typeof value === "string" ? value : undefined;
      },
    };
    return (params, work) => {
      const meta = property(params, "_meta");
      if (meta === undefined) return work();
      return context.with(propagation.extract(context.active(), meta, getter), work);
    };
  } catch {
    // the API is an optional peer
    return (_params, work) => work();
  }
}
