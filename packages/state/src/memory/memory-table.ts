import type { CountTable, KeptReservation } from "../counting-state.ts";
import { addExactly } from "../sliding-window.ts";

interface Bucket {
  amount: number;
  readonly leavesAt: number;
}

/** Buckets and reservations in this process's memory. */
export function createMemoryTable(): CountTable {
  const counters = new Map<string, Map<number, Bucket>>();
  const reservations = new Map<string, KeptReservation>();
  const nextCounter = createRound(counters);
  const nextReservation = createRound(reservations);

  const sweepCounter = (key: string, buckets: Map<number, Bucket>, now: number): void => {
    for (const [bucket, { leavesAt }] of buckets) if (leavesAt <= now) buckets.delete(bucket);
    if (buckets.size === 0) counters.delete(key);
  };

  return {
    used(key, from) {
      let sum = 0;
      for (const [bucket, { amount }] of counters.get(key) ?? []) {
        if (bucket >= from) sum = addExactly(sum, amount);
      }
      return sum;
    },
    add(key, bucket, leavesAt, amount) {
      const buckets = counters.get(key) ?? new Map<number, Bucket>();
      counters.set(key, buckets);
      const known = buckets.get(bucket);
      if (known === undefined) buckets.set(bucket, { amount, leavesAt });
      else known.amount = addExactly(known.amount, amount);
    },
    subtract(key, bucket, amount) {
      const known = counters.get(key)?.get(bucket);
      // fail closed: what was swept before the clock was set back is not there to give back; less than nothing is room
      if (known !== undefined) known.amount = Math.max(0, addExactly(known.amount, -amount));
    },
    find: (idKey) => reservations.get(idKey),
    keep(idKey, reservation) {
      const known = reservations.get(idKey);
      if (known !== undefined && known.leavesAt > reservation.reservedAt) return false;
      // behind all others, so that they stay in the order of their times
      reservations.delete(idKey);
      reservations.set(idKey, reservation);
      return true;
    },
    settle(idKey) {
      const kept = reservations.get(idKey);
      // nobody asks any more what it took, only whether it was there
      if (kept !== undefined) reservations.set(idKey, { ...kept, settled: true, charges: [] });
    },
    forget: (idKey) => void reservations.delete(idKey),
    open(until, now, max) {
      const found: KeptReservation[] = [];
      for (const kept of reservations.values()) {
        if (found.length === max) break;
        if (!kept.settled && kept.reservedAt <= until && kept.leavesAt > now) found.push(kept);
      }
      return found.map(({ id, reservedAt, charges }) => ({
        id,
        reservedAt,
        charges: charges.map(({ counter, cost }) => ({ counter, cost })),
      }));
    },
    sweep(now, charges) {
      // more than are added, so that nothing grows
      for (let count = 0; count < 2 * (charges + 1); count++) {
        const [idKey, kept] = nextReservation() ?? [];
        if (idKey !== undefined && kept !== undefined && kept.leavesAt <= now) reservations.delete(idKey);
        const [key, buckets] = nextCounter() ?? [];
        if (key !== undefined && buckets !== undefined) sweepCounter(key, buckets, now);
      }
    },
  };
}

/** Goes through a map, entry by entry, and begins again at its end. */
function createRound<TKey, TValue>(map: Map<TKey, TValue>): () => [TKey, TValue] | undefined {
  let entries = map.entries();
  return () => {
    const next = entries.next();
    if (!next.done) return next.value;
    entries = map.entries();
    return undefined;
  };
}
