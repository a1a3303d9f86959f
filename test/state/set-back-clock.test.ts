import type { StateStore } from "@forego/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ClockedState, startClocked } from "../support/set-clock.ts";
import type { StoreKind } from "../support/shared-stores.ts";

// later than any server's own clock, which removes nothing meanwhile
const start = Date.UTC(2090, 0, 1);
const day = 86_400_000;

describe.each<StoreKind>(["memory", "sqlite", "redis", "postgres"])("limits in %s", (kind) => {
  let clocked: ClockedState | undefined;
  let state: StateStore;

  beforeEach(async ({ skip }) => {
    clocked = await startClocked(kind, start);
    if (clocked === undefined) return skip(`no ${kind} here`);
    state = clocked.state;
  });
  afterEach(() => clocked?.stop());

  const second = (cost: number, counter = "c") => ({ counter, cost, limit: 10, windowMs: 1000 });
  const used = async () => (await state.usage([second(0)]))[0];

  /** A call takes all of a short limit and some of a long one; the short one leaves and is swept; the clock goes back. */
  const takeAndSetBack = async (backTo: number) => {
    await state.reserve("a", [second(10), { counter: "d", cost: 1, limit: 100, windowMs: day }]);
    await clocked?.set(start + 2100);
    for (let call = 0; call < 64; call++) await state.reserve(`other-${call}`, [second(1, `other-${call}`)]);
    await used();
    await clocked?.set(start + backTo);
  };

  const countGranted = async () => {
    let granted = 0;
    for (let call = 0; call < 25; call++)
      if ((await state.reserve(`next-${call}`, [second(1)])).granted) granted++;
    return granted;
  };

  test.each([
    ["is given back", () => state.release("a")],
    ["cost less", () => state.commit("a", [0, 1])],
  ])("hold after the clock was set back and a call that was swept %s", async (_title, settle) => {
    await takeAndSetBack(100);
    expect(await settle()).toBe(true);
    expect(await used()).toBe(0);
    expect(await countGranted()).toBe(10);
  });

  test("take no more back than a bucket holds", async () => {
    await takeAndSetBack(0);
    await state.reserve("b", [second(3)]);
    expect(await state.release("a")).toBe(true);
    expect(await used()).toBe(0);
    expect(await countGranted()).toBe(10);
  });

  test("charge what a swept call cost more, until it leaves again", async () => {
    await takeAndSetBack(100);
    expect(await state.commit("a", [12, 1])).toBe(true);
    expect(await used()).toBe(2);
    await clocked?.set(start + 2100);
    expect(await used()).toBe(0);
  });
});
