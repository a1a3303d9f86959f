import { describe, expect, test } from "vitest";
import { createManualClock } from "../../../../test/support/manual-clock.ts";
import type { CallIdentity } from "../input/call-identity.ts";
import { createCallLedger, type LedgerLimits } from "./call-ledger.ts";

function createLedger(limits: Partial<LedgerLimits> = {}) {
  const clock = createManualClock();
  let ids = 0;
  const all = { ttlMs: 1000, maxCalls: 3, maxSize: 100, ...limits };
  return { clock, ledger: createCallLedger(clock, () => `id-${++ids}`, all) };
}

const call = (key: string, args: CallIdentity["args"] = {}, size = 10): CallIdentity => ({ key, args, size });

describe("the call ledger", () => {
  test("gives the same call the same entry, and another one another", () => {
    const { ledger } = createLedger();
    const entry = ledger.entry(call("a", { x: 1 }));
    expect(ledger.entry(call("a", { x: 1 }))).toBe(entry);
    expect(ledger.entry(call("a", { x: 2 }))).not.toBe(entry);
    expect(ledger.entry(call("b", { x: 1 }))).not.toBe(entry);
    expect(ledger.entry(call("a", { x: 1 }))).toBe(entry);
  });

  test("forgets a call and no other under its key", () => {
    const { ledger } = createLedger();
    const first = ledger.entry(call("a", { x: 1 }));
    const second = ledger.entry(call("a", { x: 2 }));
    ledger.forget(call("a", { x: 1 }));
    ledger.forget(call("never seen"));
    expect(ledger.entry(call("a", { x: 2 }))).toBe(second);
    expect(ledger.entry(call("a", { x: 1 }))).not.toBe(first);
  });

  test("has the room again that a forgotten call took", () => {
    const { ledger } = createLedger();
    const first = ledger.entry(call("a", 1, 40));
    ledger.entry(call("b", 2, 60));
    ledger.forget(call("b", 2, 60));
    const third = ledger.entry(call("c", 3, 60));
    expect(ledger.entry(call("a", 1, 40))).toBe(first);
    expect(ledger.entry(call("c", 3, 60))).toBe(third);
  });

  test("forgets a call when its time has passed", () => {
    const { ledger, clock } = createLedger();
    const entry = ledger.entry(call("a"));
    clock.advance(999);
    expect(ledger.entry(call("a"))).toBe(entry);
    clock.advance(1);
    expect(ledger.entry(call("a"))).not.toBe(entry);
  });

  test("counts what has come to be kept of a call, and forgets the oldest for it", () => {
    const { ledger } = createLedger();
    const [first, second] = ["a", "b"].map((key) => ledger.entry(call(key)));
    ledger.grow(call("b"), 80);
    expect([ledger.entry(call("a")), ledger.entry(call("b"))]).toEqual([first, second]);
    ledger.grow(call("b"), 1);
    ledger.grow(call("never seen"), 1000);
    expect(ledger.entry(call("b"))).toBe(second);
    expect(ledger.entry(call("a"))).not.toBe(first);
  });

  test("drops what has had its time when another call comes", () => {
    const { ledger, clock } = createLedger({ maxSize: 20 });
    ledger.entry(call("a"));
    clock.advance(1000);
    const next = ledger.entry(call("b"));
    expect(ledger.entry(call("c"))).toBeDefined();
    expect(ledger.entry(call("b"))).toBe(next);
  });

  test("keeps what was said of proposals for the latest calls only", () => {
    const { ledger } = createLedger({ maxCalls: 1000, maxSize: 100_000 });
    const proposed = { prepared: {}, evaluation: {} } as never;
    const entries = Array.from({ length: 150 }, (_, index) => {
      const entry = ledger.entry(call(`call-${index}`));
      entry.proposed = proposed;
      return entry;
    });
    expect(entries.filter((entry) => entry.proposed !== undefined)).toHaveLength(100);
  });

  test("forgets the oldest when there are too many", () => {
    const { ledger } = createLedger();
    const entries = ["a", "b", "c", "d"].map((key) => ledger.entry(call(key)));
    expect(ledger.entry(call("d"))).toBe(entries[3]);
    expect(ledger.entry(call("b"))).toBe(entries[1]);
    expect(ledger.entry(call("a"))).not.toBe(entries[0]);
  });

  test("forgets the oldest when they are too large together, and makes room for what comes", () => {
    const { ledger } = createLedger({ maxCalls: 100 });
    const first = ledger.entry(call("a", 1, 60));
    const second = ledger.entry(call("b", 2, 60));
    expect(ledger.entry(call("b", 2, 60))).toBe(second);
    expect(ledger.entry(call("a", 1, 60))).not.toBe(first);
    for (let round = 0; round < 1000; round++) ledger.entry(call(`c${round}`, round, 50));
    const kept = ledger.entry(call("d", 3, 40));
    expect(ledger.entry(call("c999", 999, 50))).toBeDefined();
    expect(ledger.entry(call("d", 3, 40))).toBe(kept);
  });
});
