import type { OpenReservation, Reservation, StateStore } from "@forego/core";
import {
  checkAge,
  checkCosts,
  counterKey,
  type KeyedCharge,
  type KeyOf,
  keyCharges,
  told,
  wrongCosts,
} from "./keyed-charge.ts";
import { addExactly, bucketAt, firstBucket, tooMuch } from "./sliding-window.ts";

/** A charge of a reservation, as it is kept. */
export interface KeptCharge {
  readonly counter: string;
  readonly key: string;
  readonly cost: number;
  readonly bucket: number;
  readonly leavesAt: number;
}

/** A reservation, as it is kept until the last of its charges has left its window. */
export interface KeptReservation {
  readonly id: string;
  readonly reservedAt: number;
  readonly leavesAt: number;
  readonly charges: readonly KeptCharge[];
  readonly settled: boolean;
}

/** Where buckets and reservations lie. Reservations are found by a key that is made of their id. */
export interface CountTable {
  /** The sum of a counter's buckets from one on. */
  used(key: string, from: number): number;
  add(key: string, bucket: number, leavesAt: number, amount: number): void;
  /** Takes from a bucket what is in it, at most. */
  subtract(key: string, bucket: number, amount: number): void;
  find(idKey: string): KeptReservation | undefined;
  /** Keeps a reservation, unless there is one that has not left: tells whether it did. */
  keep(idKey: string, reservation: KeptReservation): boolean;
  settle(idKey: string): void;
  /**
   * Settles a reservation that is open and reserved just these costs, and tells whether there was one: a step of its
   * own, for a table whose steps are dear.
   */
  settleAsReserved?(idKey: string, costs: readonly number[], now: number): boolean;
  forget(idKey: string): void;
  /** Reservations made by `until` that are not settled and have not left, the oldest first. A step of its own, which holds nobody up. */
  open(until: number, now: number, max: number): readonly OpenReservation[];
  /**
   * Is called at each reservation, with the number of its charges: looks through a part of the table for what has left,
   * and removes it. On average it looks at twice as many rows as the reservation adds, at least.
   */
  sweep(now: number, charges: number): void;
}

/** What a store of this process needs beside its table. */
export interface CountingOptions {
  readonly table: CountTable;
  readonly keyOf: KeyOf;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Runs work as one step, whatever runs beside it; takes back what it did when it throws. */
  readonly asOneStep: <TResult>(work: () => TResult) => TResult;
  /** Runs work that changes nothing, and sees what it reads as it was at one moment; waits for nobody. */
  readonly asOneLook: <TResult>(work: () => TResult) => TResult;
}

type Keyed = Pick<KeyedCharge, "key" | "windowMs">;

const maxOpen = 1000;

/** A store of limits over a table that answers at once. */
export function createCountingState({
  table,
  keyOf,
  now,
  asOneStep,
  asOneLook,
}: CountingOptions): StateStore {
  const findLive = (idKey: string): KeptReservation | undefined => {
    const kept = table.find(idKey);
    return kept !== undefined && kept.leavesAt > now() ? kept : undefined;
  };

  const findOpen = (idKey: string): KeptReservation | undefined => {
    const kept = findLive(idKey);
    return kept?.settled === false ? kept : undefined;
  };

  const recharge = (charges: readonly KeptCharge[], costs: readonly number[]): void => {
    charges.forEach(({ key, bucket, leavesAt, cost }, index) => {
      const more = (costs[index] ?? 0) - cost;
      if (leavesAt <= now()) return;
      if (more > 0) table.add(key, bucket, leavesAt, more);
      else if (more < 0) table.subtract(key, bucket, -more);
    });
  };

  const usedOf = ({ key, windowMs }: Keyed, at: number) => table.used(key, firstBucket(at, windowMs));

  const reserve = (id: string, charges: readonly KeyedCharge[]): Reservation => {
    const at = now();
    const idKey = keyOf(id);
    table.sweep(at, charges.length);
    const before = charges.map((charge) => usedOf(charge, at));
    // an id that holds something already is granted again, and charged no more
    const again = { granted: true, used: before.map(told), refused: [] };
    const { after, refused } = weigh(charges, before);
    if (refused.length > 0)
      return findLive(idKey) === undefined ? { ...again, granted: false, refused } : again;
    const kept = charges.map(({ key, counter, cost, windowMs }) => ({
      counter,
      key,
      cost,
      ...bucketAt(at, windowMs),
    }));
    const leavesAt = Math.max(at, ...kept.map((charge) => charge.leavesAt));
    const reservation = { id, reservedAt: at, leavesAt, charges: kept, settled: false };
    if (kept.length === 0 || !table.keep(idKey, reservation)) return again;
    for (const { key, bucket, leavesAt, cost } of kept) table.add(key, bucket, leavesAt, cost);
    return { granted: true, used: charges.map(({ key }) => told(after.get(key) ?? 0)), refused };
  };

  return {
    reserve(id, charges) {
      const keyed = keyCharges(charges, keyOf);
      return asOneStep(() => reserve(id, keyed));
    },
    commit(id, costs) {
      checkCosts(costs);
      const idKey = keyOf(id);
      if (table.settleAsReserved?.(idKey, costs, now()) === true) return true;
      return asOneStep(() => {
        const kept = findOpen(idKey);
        if (kept === undefined) return false;
        if (kept.charges.length !== costs.length) throw wrongCosts();
        recharge(kept.charges, costs);
        table.settle(idKey);
        return true;
      });
    },
    release(id) {
      const idKey = keyOf(id);
      return asOneStep(() => {
        const kept = findOpen(idKey);
        if (kept === undefined) return false;
        recharge(kept.charges, []);
        table.forget(idKey);
        return true;
      });
    },
    usage(counters) {
      const keyed = counters.map(({ counter, windowMs }) => ({
        key: counterKey({ counter, windowMs }, keyOf),
        windowMs,
      }));
      return asOneLook(() => keyed.map((one) => told(usedOf(one, now()))));
    },
    openReservations(olderThanMs) {
      return table.open(now() - checkAge(olderThanMs), now(), maxOpen);
    },
  };
}

/** What the counters come to with the charges, one after another, and which of these do not fit. */
function weigh(
  charges: readonly KeyedCharge[],
  before: readonly number[],
): { readonly after: ReadonlyMap<string, number>; readonly refused: readonly number[] } {
  const after = new Map<string, number>();
  const refused: number[] = [];
  charges.forEach(({ key, cost, limit, soft }, index) => {
    const sum = addExactly(after.get(key) ?? before[index] ?? tooMuch, cost);
    after.set(key, sum);
    // fail closed: one charge that does not fit, and nothing is taken
    if (!soft && sum > limit) refused.push(index);
  });
  return { after, refused };
}
