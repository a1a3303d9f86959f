import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { createSeenClasses } from "./seen-classes.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function createSeen(maxConversations = 3) {
  const clock = { now: 0 };
  const seen = createSeenClasses(() => clock.now, { maxConversations, idleMs: 100 });
  const key = (conversationId: string, tenant = "acme") => ({ tenant, conversationId });
  return {
    pass(ms: number) {
      clock.now += ms;
    },
    of: (id: string, tenant?: string) => seen.of(key(id, tenant)),
    add: (id: string, ...classes: readonly string[]) => seen.add(key(id), classes),
  };
}

describe("what conversations have seen", () => {
  test("only grows, and is each tenant's own", () => {
    const seen = createSeen();
    seen.add("a", "pii");
    seen.add("a", "key", "pii");
    seen.add("a");
    expect(seen.of("a")).toEqual(["pii", "key"]);
    expect(seen.of("b")).toEqual([]);
    expect(seen.of("a", "globex")).toEqual([]);
    expect(seen.of("__proto__")).toEqual([]);
  });

  test("is told apart by long names, and does not keep them", () => {
    const seen = createSeen(1000);
    const name = (index: number) => `${"a".repeat(100_000)}${index}`;
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 500; index++) seen.add(name(index), `class-${index}`);
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
    expect([seen.of(name(7)), seen.of(name(500))]).toEqual([["class-7"], []]);
  });

  test("is forgotten where nothing was added to it for long enough", () => {
    const seen = createSeen();
    seen.add("a", "pii");
    seen.pass(60);
    seen.add("b", "pii");
    seen.add("a", "pii");
    seen.pass(99);
    expect([seen.of("a"), seen.of("b")]).toEqual([["pii"], ["pii"]]);
    seen.pass(1);
    expect([seen.of("a"), seen.of("b")]).toEqual([[], []]);
  });

  test("is kept where additions without a class come all the time", () => {
    const seen = createSeen();
    seen.add("a", "pii");
    for (let count = 0; count < 5; count++) {
      seen.pass(60);
      seen.add("a");
      seen.add("never seen any");
    }
    expect([seen.of("a"), seen.of("never seen any")]).toEqual([["pii"], []]);
  });

  test("is kept before that of others, where an addition without a class came last", () => {
    const seen = createSeen();
    for (const id of ["a", "b", "c"]) seen.add(id, "pii");
    seen.add("a");
    seen.add("d", "key");
    expect([seen.of("a"), seen.of("b")]).toEqual([["pii"], ["forego:unclassified"]]);
  });

  test("is unclassified where it may have been forgotten for others", () => {
    const seen = createSeen();
    for (const id of ["a", "b", "c"]) seen.add(id, "pii");
    expect(seen.of("new")).toEqual([]);
    seen.pass(10);
    seen.add("d", "key");
    expect([seen.of("a"), seen.of("d"), seen.of("new")]).toEqual([
      ["forego:unclassified"],
      ["key"],
      ["forego:unclassified"],
    ]);
    // one that comes back stays in doubt
    seen.add("a", "pii");
    expect(seen.of("a")).toEqual(["forego:unclassified", "pii"]);
    seen.pass(100);
    expect(seen.of("new")).toEqual([]);
  });
});
