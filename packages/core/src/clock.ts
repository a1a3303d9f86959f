/** Time as the guard sees it; handed in, so that tests and replays own it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. Becomes `environment.time`. */
  now(): number;
  /** Milliseconds from any fixed point, never going back. Measures durations and deadlines. */
  monotonic(): number;
  /** Calls back once after `ms` milliseconds; the answer cancels it. */
  schedule(callback: () => void, ms: number): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(callback, ms) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
