import { setTimeout as sleep } from "node:timers/promises";
import type { Charge, StateStore } from "@forego/core";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createModel, operations } from "../../../test/support/count-model.ts";
import { createManualClock } from "../../../test/support/manual-clock.ts";
import {
  type OpenStores,
  type StoreHost,
  type StoreKind,
  startHost,
} from "../../../test/support/shared-stores.ts";

const max = Number.MAX_SAFE_INTEGER;
const hour = 3_600_000;

function charge(counter: string, cost: number, limit: number, more: Partial<Charge> = {}): Charge {
  return { counter, cost, limit, windowMs: hour, ...more };
}

const kinds: readonly StoreKind[] = ["memory", "sqlite", "redis", "postgres"];

describe.each(kinds)("limits in %s", (kind) => {
  let host: StoreHost | undefined;
  let stores: OpenStores;
  let state: StateStore;

  beforeAll(async () => {
    host = await startHost(kind);
  });
  afterAll(() => host?.stop());
  beforeEach(async ({ skip }) => {
    if (host === undefined) return skip(`no ${kind} here`);
    stores = await host.open();
    state = stores.state;
  });
  afterEach(() => host && stores.close());

  const used = async (counter: string, windowMs = hour) => (await state.usage([{ counter, windowMs }]))[0];

  test("take what fits, and refuse what does not", async () => {
    expect(await state.reserve("a", [charge("c", 6, 10)])).toEqual({ granted: true, used: [6], refused: [] });
    expect(await state.reserve("b", [charge("c", 5, 10)])).toEqual({
      granted: false,
      used: [6],
      refused: [0],
    });
    expect(await state.reserve("c", [charge("c", 4, 10)])).toEqual({
      granted: true,
      used: [10],
      refused: [],
    });
    expect(await used("c")).toBe(10);
  });

  test("take all charges of a call, or none", async () => {
    await state.reserve("a", [charge("small", 2, 3)]);
    const both = [charge("large", 5, 100), charge("small", 2, 3), charge("none", 1, 0)];
    expect(await state.reserve("b", both)).toEqual({ granted: false, used: [0, 2, 0], refused: [1, 2] });
    expect(await used("large")).toBe(0);
    expect(await state.commit("b", [5, 2, 1])).toBe(false);
  });

  test("count charges of one counter together", async () => {
    const twice = (cost: number) => [charge("c", 3, 10), charge("c", cost, 10)];
    expect(await state.reserve("a", twice(8))).toEqual({ granted: false, used: [0, 0], refused: [1] });
    expect(await state.reserve("b", twice(7))).toEqual({ granted: true, used: [10, 10], refused: [] });
    expect(await state.commit("b", [1, 2])).toBe(true);
    expect(await used("c")).toBe(3);
  });

  test("charge an id once", async () => {
    for (const count of [1, 2, 3]) {
      expect([count, await state.reserve("a", [charge("c", 4, 5)])]).toEqual([
        count,
        { granted: true, used: [4], refused: [] },
      ]);
    }
    await state.commit("a", [3]);
    expect(await state.reserve("a", [charge("c", 4, 5)])).toEqual({ granted: true, used: [3], refused: [] });
  });

  test("charge an id again that was given back", async () => {
    await state.reserve("a", [charge("c", 4, 5)]);
    await state.release("a");
    expect(await state.reserve("a", [charge("c", 5, 5)])).toEqual({ granted: true, used: [5], refused: [] });
    expect(await state.openReservations(0)).toMatchObject([
      { id: "a", charges: [{ counter: "c", cost: 5 }] },
    ]);
  });

  test("charge an id once, however many ask at once", async () => {
    const asked = Array.from({ length: 20 }, () =>
      state.reserve("a", [charge("c", 4, 5), charge("d", 1, 1)]),
    );
    expect(await Promise.all(asked)).toEqual(asked.map(() => ({ granted: true, used: [4, 1], refused: [] })));
    expect(await used("c")).toBe(4);
  });

  test("count soft charges, and refuse none", async () => {
    const soft = charge("c", 8, 10, { soft: true });
    expect(await state.reserve("a", [soft])).toEqual({ granted: true, used: [8], refused: [] });
    expect(await state.reserve("b", [soft])).toEqual({ granted: true, used: [16], refused: [] });
    expect(await state.reserve("c", [charge("c", 0, 10)])).toEqual({
      granted: false,
      used: [16],
      refused: [0],
    });
  });

  test("put a real cost, lower or higher, in place of what was reserved", async () => {
    await state.reserve("a", [charge("c", 5, 10), charge("d", 5, 10)]);
    expect(await state.commit("a", [2, 30])).toBe(true);
    expect(
      await state.usage([
        { counter: "c", windowMs: hour },
        { counter: "d", windowMs: hour },
      ]),
    ).toEqual([2, 30]);
    expect(await state.reserve("b", [charge("d", 1, 10)])).toMatchObject({ granted: false, used: [30] });
  });

  test("settle a reservation once", async () => {
    await state.reserve("a", [charge("c", 5, 10)]);
    expect(await state.commit("a", [2])).toBe(true);
    expect(await state.commit("a", [9])).toBe(false);
    expect(await state.release("a")).toBe(false);
    await state.reserve("b", [charge("c", 5, 10)]);
    expect(await state.release("b")).toBe(true);
    expect(await state.release("b")).toBe(false);
    expect(await state.commit("b", [9])).toBe(false);
    expect(await state.release("never reserved")).toBe(false);
    expect(await used("c")).toBe(2);
  });

  test("show what nobody has settled, to whoever comes then", async () => {
    const charges = [charge("c", 5, 10), charge("d", 0, 10)];
    await state.reserve("dead", charges);
    await state.reserve("done", charges);
    await state.commit("done", [1, 1]);
    await state.reserve("back", [charge("c", 1, 10)]);
    await state.release("back");
    const open = await state.openReservations(0);
    expect(open).toEqual([
      {
        id: "dead",
        reservedAt: expect.any(Number),
        charges: [
          { counter: "c", cost: 5 },
          { counter: "d", cost: 0 },
        ],
      },
    ]);
    expect(Math.abs((open[0]?.reservedAt ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(await state.openReservations(60_000)).toEqual([]);
    expect(await state.commit("dead", [3, 2])).toBe(true);
    expect(await state.openReservations(0)).toEqual([]);
    expect(await used("c")).toBe(4);
  });

  test("show the oldest of what is open first", async () => {
    for (const id of ["z", "a", "m"]) {
      await state.reserve(id, [charge("c", 1, 10)]);
      await sleep(3);
    }
    expect((await state.openReservations(0)).map(({ id }) => id)).toEqual(["z", "a", "m"]);
  });

  test("reserve nothing for a call without charges", async () => {
    expect(await state.reserve("a", [])).toEqual({ granted: true, used: [], refused: [] });
    expect(await state.commit("a", [])).toBe(false);
    expect(await state.openReservations(0)).toEqual([]);
    expect(await state.usage([])).toEqual([]);
  });

  test.each([
    ["NUL", "a\0b", "a\0c"],
    ["a lone surrogate", "\ud800", "\ud801"],
    ["a character beyond the plane", "\u{1f9a5}", "\ufffd"],
    ["ten thousand characters", "x".repeat(10_000), `${"x".repeat(9_999)}y`],
    ["__proto__", "__proto__", "constructor"],
    ["SQL, Lua and blanks", "'; drop table x --\n] 1 2 3", "'; drop table x --\n] 1 2 4"],
    ["nothing", "", " "],
  ])("keep counters and ids with %s apart", async (_title, one, other) => {
    await state.reserve(one, [charge(one, 3, 10)]);
    await state.reserve(other, [charge(other, 4, 10)]);
    expect([await used(one), await used(other)]).toEqual([3, 4]);
    const open = await state.openReservations(0);
    expect(new Map(open.map(({ id, charges }) => [id, charges]))).toEqual(
      new Map([
        [one, [{ counter: one, cost: 3 }]],
        [other, [{ counter: other, cost: 4 }]],
      ]),
    );
    expect(await state.release(one)).toBe(true);
    expect([await used(one), await used(other)]).toEqual([0, 4]);
  });

  test("keep windows of one counter apart", async () => {
    await state.reserve("a", [charge("c", 3, 10), charge("c", 4, 10, { windowMs: 2 * hour })]);
    expect([await used("c"), await used("c", 2 * hour)]).toEqual([3, 4]);
  });

  test("count exactly up to 2^53 - 1", async () => {
    await state.reserve("a", [charge("c", max - 1, max)]);
    expect(await state.reserve("b", [charge("c", 2, max)])).toMatchObject({
      granted: false,
      used: [max - 1],
    });
    expect(await state.reserve("c", [charge("c", 1, max)])).toMatchObject({ granted: true, used: [max] });
    await state.release("c");
    expect(await used("c")).toBe(max - 1);
    await state.commit("a", [max - 2]);
    expect(await used("c")).toBe(max - 2);
    expect(await state.openReservations(0)).toEqual([]);
  });

  test("stay full for the window when a counter came to more than can be counted", async () => {
    const soft = charge("c", max, 10, { soft: true });
    await state.reserve("a", [soft]);
    await state.reserve("b", [soft]);
    await state.release("a");
    await state.release("b");
    expect(await used("c")).toBe(max);
    expect(await state.reserve("d", [charge("c", 0, max)])).toMatchObject({ granted: false, refused: [0] });
  });

  test("take limits that are no whole numbers for the whole ones below, and a limit without end", async () => {
    expect(await state.reserve("a", [charge("c", 3, 2.9)])).toMatchObject({ granted: false });
    expect(await state.reserve("b", [charge("c", 3, Number.POSITIVE_INFINITY)])).toMatchObject({
      granted: true,
    });
  });

  test.each([
    ["a cost below 0", { cost: -1 }],
    ["a cost that is no whole number", { cost: 0.5 }],
    ["a cost that is no number", { cost: Number.NaN }],
    ["a cost beyond 2^53 - 1", { cost: 2 ** 53 }],
    ["a limit that is no number", { limit: Number.NaN }],
    ["a limit below 0", { limit: -1 }],
    ["a window of no time", { windowMs: 0 }],
    ["a window that is no whole number", { windowMs: 1.5 }],
  ])("fail for %s, and change nothing", async (_title, wrong) => {
    const charges = [charge("c", 1, 10), charge("d", 1, 10, wrong)];
    await expect(async () => state.reserve("a", charges)).rejects.toThrow(RangeError);
    expect(await used("c")).toBe(0);
  });

  test.each([
    ["a cost below 0", [1, -1]],
    ["a cost for each charge but one", [1]],
    ["no cost", []],
    ["more costs than charges", [1, 2, 3]],
  ])("fail for a commit with %s, and change nothing", async (_title, costs) => {
    await state.reserve("a", [charge("c", 5, 10), charge("d", 5, 10)]);
    await expect(async () => state.commit("a", costs)).rejects.toThrow(RangeError);
    expect(await used("c")).toBe(5);
    expect(await state.commit("a", [1, 2])).toBe(true);
  });

  test.each([0.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "fail for reservations that are older than %d milliseconds",
    async (olderThanMs) => {
      await expect(async () => state.openReservations(olderThanMs)).rejects.toThrow(RangeError);
    },
  );

  test.each([max, -max])("know what is older than %i milliseconds", async (olderThanMs) => {
    await state.reserve("a", [charge("c", 1, 10)]);
    const open = await state.openReservations(olderThanMs);
    expect(open.map(({ id }) => id)).toEqual(olderThanMs > 0 ? [] : ["a"]);
  });

  test("slide: what was spent comes back when it has left the window, and not before", async () => {
    const short = (cost: number) => [charge("c", cost, 10, { windowMs: 1000 })];
    const started = performance.now();
    await state.reserve("a", short(6));
    await sleep(500);
    await state.reserve("b", short(4));
    const early = await state.reserve("c", short(1));
    if (performance.now() - started < 1000) expect(early).toMatchObject({ granted: false, used: [10] });
    await sleep(Math.max(0, 1020 - (performance.now() - started)));
    expect(await state.commit("a", [100])).toBe(false);
    expect(await state.reserve("d", short(6))).toMatchObject({ granted: true });
    expect(await state.openReservations(0)).not.toContainEqual(expect.objectContaining({ id: "a" }));
    await sleep(1020);
    expect(await used("c", 1000)).toBe(0);
    expect(await state.reserve("a", short(10))).toMatchObject({ granted: true, used: [10] });
  });

  test("count as a plain list does, in whatever order calls come", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operations, { maxLength: 40 }), async (steps) => {
        const fresh = await host?.open();
        if (fresh === undefined) return;
        try {
          const model = createModel();
          for (const step of steps) expect(await step.run(fresh.state)).toEqual(step.expected(model));
        } finally {
          await fresh.close();
        }
      }),
      { numRuns: kind === "postgres" ? 25 : 100 },
    );
  });
});

describe.each(["memory", "sqlite"] as const)("windows in %s", (kind) => {
  test("never hold more than the limit, and give back within a hundredth", async () => {
    const host = await startHost(kind);
    if (host === undefined) throw new Error("always here");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 30 })), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(1, 7, 128, 1000, 1001),
        async (calls, windowMs) => {
          const clock = createManualClock();
          const { state, close } = await host.open({ now: () => clock.now() });
          const width = Math.ceil(windowMs / 128);
          const taken: { at: number; cost: number }[] = [];
          const within = (length: number) =>
            taken.reduce((sum, { at, cost }) => sum + (at > clock.now() - length ? cost : 0), 0);
          for (const [index, [wait, cost]] of calls.entries()) {
            clock.advance(wait);
            const { granted, used } = await state.reserve(`${index}`, [charge("c", cost, 50, { windowMs })]);
            if (granted) taken.push({ at: clock.now(), cost });
            expect(within(windowMs)).toBeLessThanOrEqual(50);
            if (!granted) expect(within(windowMs + width) + cost).toBeGreaterThan(50);
            expect(used[0]).toBeGreaterThanOrEqual(within(windowMs));
          }
          await close();
        },
      ),
    );
    await host.stop();
  });
});
