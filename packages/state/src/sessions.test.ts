import type { SessionStore } from "@forego/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createManualClock } from "../../../test/support/manual-clock.ts";
import {
  type OpenStores,
  type StoreHost,
  type StoreKind,
  startHost,
} from "../../../test/support/shared-stores.ts";

const kinds: readonly StoreKind[] = ["memory", "sqlite", "redis", "postgres"];
const talk = { tenant: "acme", conversationId: "talk-1" };
const max = Number.MAX_SAFE_INTEGER;

describe.each(kinds)("conversations in %s", (kind) => {
  let host: StoreHost | undefined;
  let stores: OpenStores;
  let sessions: SessionStore;

  beforeAll(async () => {
    host = await startHost(kind);
  });
  afterAll(() => host?.stop());
  beforeEach(async ({ skip }) => {
    if (host === undefined) return skip(`no ${kind} here`);
    stores = await host.open();
    sessions = stores.sessions;
  });
  afterEach(() => host && stores.close());

  test("are unknown until somebody adds to them", async () => {
    expect(await sessions.read(talk)).toBeUndefined();
    await sessions.add(talk, {});
    expect(await sessions.read(talk)).toMatchObject({ turns: 0, toolCalls: 0, tokens: 0, dataClasses: [] });
  });

  test("add up, and see more and more classes", async () => {
    await sessions.add(talk, { turns: 1, tokens: 500, dataClasses: ["billing"] });
    await sessions.add(talk, { toolCalls: 1, tokens: 20, dataClasses: ["customer_data", "billing"] });
    const found = await sessions.read(talk);
    expect(found).toMatchObject({ turns: 1, toolCalls: 1, tokens: 520 });
    expect([...(found?.dataClasses ?? [])].sort()).toEqual(["billing", "customer_data"]);
    expect(found?.ageMs).toBeGreaterThanOrEqual(0);
    expect(found?.ageMs).toBeLessThan(60_000);
  });

  test("lose nothing when many add at once", async () => {
    const all = Array.from({ length: 30 }, (_, index) =>
      sessions.add(talk, { toolCalls: 1, dataClasses: [`class-${index % 10}`] }),
    );
    await Promise.all(all);
    const found = await sessions.read(talk);
    expect(found?.toolCalls).toBe(30);
    expect(new Set(found?.dataClasses).size).toBe(10);
    expect(found?.dataClasses).toHaveLength(10);
  });

  test("are kept apart by tenant and id, and class names as they are", async () => {
    const names = ["\0", "\ud800", "__proto__", "x".repeat(10_000), "", "a:b", '["acme"'];
    for (const name of names) {
      await sessions.add({ tenant: "acme", conversationId: name }, { dataClasses: [name] });
      await sessions.add({ tenant: name, conversationId: "acme" }, { turns: 1 });
    }
    for (const name of names) {
      const found = await sessions.read({ tenant: "acme", conversationId: name });
      expect(found).toMatchObject({ turns: 0, dataClasses: [name] });
    }
  });

  test("count exactly up to 2^53 - 1, and stay there", async () => {
    await sessions.add(talk, { tokens: max - 1 });
    await sessions.add(talk, { tokens: 1 });
    expect((await sessions.read(talk))?.tokens).toBe(max);
    await sessions.add(talk, { tokens: max });
    expect((await sessions.read(talk))?.tokens).toBe(max);
  });

  test.each([{ turns: -1 }, { toolCalls: 0.5 }, { tokens: Number.NaN }, { tokens: 2 ** 53 }])(
    "refuse %o",
    async (addition) => {
      await expect(async () => sessions.add(talk, addition)).rejects.toThrow(RangeError);
      expect(await sessions.read(talk)).toBeUndefined();
    },
  );
});

describe.each(["memory", "sqlite"] as const)("conversations in %s", (kind) => {
  test("age, and are forgotten when nobody has added to them for 30 days", async () => {
    const host = await startHost(kind);
    const clock = createManualClock();
    if (host === undefined) throw new Error("always here");
    const { sessions, close } = await host.open({ now: () => clock.now() });
    await sessions.add(talk, { turns: 1 });
    clock.advance(29 * 86_400_000);
    await sessions.add(talk, { turns: 1 });
    clock.advance(29 * 86_400_000);
    expect(await sessions.read(talk)).toMatchObject({ turns: 2, ageMs: 58 * 86_400_000 });
    clock.advance(86_400_000);
    expect(await sessions.read(talk)).toBeUndefined();
    await sessions.add(talk, { turns: 1 });
    expect(await sessions.read(talk)).toMatchObject({ turns: 1, ageMs: 0 });
    await close();
    await host.stop();
  });
});
