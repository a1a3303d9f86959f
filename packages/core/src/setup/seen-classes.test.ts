import { describe, expect, test } from "vitest";
import { createSeenClasses } from "./seen-classes.ts";

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
