/** Time as the guard sees it; handed in, so that tests and replays own it. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. Becomes `environment.time`. */
  now(): number;
  /** Milliseconds from any fixed point, never going back. Measures durations and deadlines. */
  monotonic(): number;
  /** Calls back once after `ms` milliseconds; the answer cancels it. */
  schedule(callback: () => void, ms: number): () => void;
}

let last = { ms: 0, text: new Date(0).toISOString() };

/** Writes a time as RFC 3339, UTC. It remembers the last one: a call and its record mostly share a millisecond. */
export function timeText(ms: number): string {
  if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString() };
  return last.text;
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
