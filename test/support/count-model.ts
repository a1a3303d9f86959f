import type { Charge, StateStore } from "@forego/core";
import fc from "fast-check";

const hour = 3_600_000;

/** What the stores must count, as a list that is added up. */
export interface Model {
  readonly kept: Map<string, { charges: readonly Charge[]; costs: readonly number[]; settled: boolean }>;
  sum(counter: string): number;
}

/** An empty list. */
export function createModel(): Model {
  const kept: Model["kept"] = new Map();
  return {
    kept,
    sum(counter) {
      let sum = 0;
      for (const { charges, costs } of kept.values()) {
        for (const [index, one] of charges.entries()) if (one.counter === counter) sum += costs[index] ?? 0;
      }
      return sum;
    },
  };
}

/** One call of a store, and what the model says of it. */
export interface Operation {
  run(state: StateStore): Promise<unknown>;
  expected(model: Model): unknown;
}

const ids = fc.constantFrom("a", "b", "c", "d");
const counters = fc.constantFrom("x", "y", "z");
const amounts = fc.nat({ max: 12 });
const chargesArbitrary = fc.array(
  fc.record({
    counter: counters,
    cost: amounts,
    limit: fc.constant(20),
    windowMs: fc.constant(hour),
    soft: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
);

function reserving(id: string, charges: readonly Charge[]): Operation {
  return {
    run: async (state) => state.reserve(id, charges),
    expected({ kept, sum }) {
      const now = () => charges.map(({ counter }) => sum(counter));
      if (kept.has(id)) return { granted: true, used: now(), refused: [] };
      const before = now();
      const refused = charges.flatMap(({ counter, limit, soft }, index) => {
        const own = charges.slice(0, index + 1).filter((one) => one.counter === counter);
        const total = own.reduce((rest, { cost }) => rest + cost, sum(counter));
        return soft !== true && total > limit ? [index] : [];
      });
      if (refused.length > 0) return { granted: false, used: before, refused };
      kept.set(id, { charges, costs: charges.map(({ cost }) => cost), settled: false });
      return { granted: true, used: now(), refused };
    },
  };
}

/** Calls of a store, of every kind. */
export const operations: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(ids, chargesArbitrary).map(([id, charges]) => reserving(id, charges)),
  fc.tuple(ids, fc.array(amounts, { minLength: 3, maxLength: 3 })).map(([id, costs]) => ({
    // with as many costs as the call has charges: the store is told by the model's own list
    run: async (state: StateStore) => {
      const open = await state.openReservations(0);
      const found = open.find((one) => one.id === id);
      return state.commit(id, costs.slice(0, found?.charges.length ?? 3));
    },
    expected({ kept }: Model) {
      const found = kept.get(id);
      if (found === undefined || found.settled) return false;
      kept.set(id, { charges: found.charges, costs: costs.slice(0, found.charges.length), settled: true });
      return true;
    },
  })),
  ids.map((id) => ({
    run: async (state: StateStore) => state.release(id),
    expected: ({ kept }: Model) => kept.get(id)?.settled === false && kept.delete(id),
  })),
  counters.map((counter) => ({
    run: async (state: StateStore) => state.usage([{ counter, windowMs: hour }]),
    expected: ({ sum }: Model) => [sum(counter)],
  })),
);
