const brand = Symbol.for("dev.forego/error");

/**
 * A mistake in wiring: a missing file, a wrong option, a release that does not load.
 *
 * Thrown while things are put together, never while a call is decided: trouble at decision time is a deny.
 * The message names what happened and where; `fix` says what to do. Neither holds argument values or secrets.
 */
export class ForegoError extends Error {
  override readonly name = "ForegoError";
  readonly [brand] = true;
  /** Stable, written by hand, never reused: `FG3xxx` build and load, `FG4xxx` guard, `FG5xxx` adapters. */
  readonly code: string;
  /** What to do about it, in one sentence. */
  readonly fix: string;

  constructor(code: string, message: string, fix: string, options?: ErrorOptions) {
    super(`${code} ${message} Fix: ${fix}`, options);
    this.code = code;
    this.fix = fix;
  }

  /** Tells a ForegoError from any other value, even when two copies of this package are loaded. */
  static isForegoError(value: unknown): value is ForegoError {
    return value instanceof Error && brand in value;
  }
}
