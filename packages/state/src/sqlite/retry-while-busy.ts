/** SQLite's code for a file that another process holds; further bits say how. */
const busy = 5;

/** Milliseconds between two tries. */
const pause = 5;

/**
 * Does work again for as long as another process holds the file: some statements fail at once then, without the wait
 * that the connection was opened with.
 */
export function retryWhileBusy<TResult>(work: () => TResult, forMs: number): TResult {
  const endsAt = performance.now() + forMs;
  for (;;) {
    try {
      return work();
    } catch (cause) {
      if (!isBusy(cause) || performance.now() >= endsAt) throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
}

function isBusy(cause: unknown): boolean {
  const { errcode } = cause as { readonly errcode?: unknown };
  return typeof errcode === "number" && (errcode & 0xff) === busy;
}
