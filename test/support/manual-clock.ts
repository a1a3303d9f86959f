import type { Clock } from "@forego/core";

/** A clock that stands until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves both times on, and calls back what falls due on the way. */
  advance(ms: number): void;
}

/** Makes a clock that stands at 2025-09-12T13:45:00Z. */
export function createManualClock(): ManualClock {
  let elapsed = 0;
  const waiting = new Map<() => void, number>();
  return {
    now: () => Date.UTC(2025, 8, 12, 13, 45) + elapsed,
    monotonic: () => elapsed,
    schedule(callback, ms) {
      waiting.set(callback, elapsed + ms);
      return () => waiting.delete(callback);
    },
    advance(ms) {
      elapsed += ms;
      for (const [callback, due] of waiting) {
        if (due > elapsed) continue;
        waiting.delete(callback);
        callback();
      }
    },
  };
}
