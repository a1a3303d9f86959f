/** The most that a limit counts to: sums with it stay exact, and so do a few steps of arithmetic over what is used. */
export const mostCounted = 1e12;

/** What a call takes of one limit. */
export interface Charge {
  /** What is counted: tenant, rule and the key that the policy computes, as one text. Hostile: it holds the model's words. */
  readonly counter: string;
  /** Whole units (calls, tokens, cents), 0 to 2^53 - 1. */
  readonly cost: number;
  /** The most that all charges of the counter may come to within the window. Not negative. */
  readonly limit: number;
  /** Milliseconds. The window slides: it ends now. */
  readonly windowMs: number;
  /** Counts, and refuses nothing. */
  readonly soft?: boolean;
}

/** One counter, as it is read. */
export type Counter = Pick<Charge, "counter" | "windowMs">;

/** What became of a reservation. */
export interface Reservation {
  /** Whether all charges were taken; otherwise none was. */
  readonly granted: boolean;
  /** For each charge, what is used of its counter now, with what was reserved. */
  readonly used: readonly number[];
  /** Indexes of the charges that did not fit; empty when granted. */
  readonly refused: readonly number[];
}

/** A reservation that nobody has settled yet. */
export interface OpenReservation {
  readonly id: string;
  /** Milliseconds since 1970, by the store's clock. */
  readonly reservedAt: number;
  readonly charges: readonly Pick<Charge, "counter" | "cost">[];
}

type Awaitable<T> = T | PromiseLike<T>;

/**
 * Counts what calls use of limits, for all processes that share the store. Its own clock rules.
 *
 * Promises: what was granted of a counter, and not released, never sums above its limit within any window. A real cost
 * above its reservation is charged all the same, and may go over by that excess. A reservation whose holder died counts
 * in full until it is settled, or until its window has passed. Each method is one step, whatever runs beside it; it may
 * throw or reject, which denies the call.
 */
export interface StateStore {
  /**
   * Reserves all charges, or none. With an id that has reserved before, and whose charges have not left their windows,
   * it takes nothing more and answers that they are granted.
   */
  reserve(id: string, charges: readonly Charge[]): Awaitable<Reservation>;
  /**
   * Puts what each charge of a reservation really cost in place of what was reserved, in the order of its charges, at
   * the time of the reservation. `false`, and nothing changes, when the id holds none or was settled before.
   */
  commit(id: string, costs: readonly number[]): Awaitable<boolean>;
  /** Gives a reservation back. `false`, and nothing changes, when the id holds none or was settled before. */
  release(id: string): Awaitable<boolean>;
  /** What is used of each counter now, reservations included. */
  usage(counters: readonly Counter[]): Awaitable<readonly number[]>;
  /** Reservations older than some milliseconds, the oldest first, at most 1,000: their holders have died, or forgot them. */
  openReservations(olderThanMs: number): Awaitable<readonly OpenReservation[]>;
}
