export type { OtelObserverOptions } from "./otel-observer.ts";
export { otelObserver } from "./otel-observer.ts";
