import { setTimeout as sleep } from "node:timers/promises";
import type { ApprovalRequest, ApprovalSource, ApprovalStore } from "@forego/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type OpenStores,
  type StoreHost,
  type StoreKind,
  startHost,
} from "../../../test/support/shared-stores.ts";

function request(id: string, binding: string, more: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    id,
    binding,
    rule: "resource.desk.review",
    reason: "refund_needs_review",
    from: "user",
    tenant: "acme",
    requester: "ada",
    tool: "refund",
    args: { amount: 70, note: "a\0b \u{1f9a5} \ud800", list: [1.5, null, true] },
    expiresAt: Date.now() + 60_000,
    ...more,
  };
}

function review(quorum?: number): { readonly from: ApprovalSource } {
  const from = { groups: ["finance"], not_requester: true };
  return { from: quorum === undefined ? from : { ...from, quorum } };
}

const kinds: readonly StoreKind[] = ["memory", "sqlite", "redis", "postgres"];

describe.each(kinds)("approvals in %s", (kind) => {
  let host: StoreHost | undefined;
  let stores: OpenStores;
  let store: ApprovalStore;

  beforeAll(async () => {
    host = await startHost(kind);
  });
  afterAll(() => host?.stop());
  beforeEach(async ({ skip }) => {
    if (host === undefined) return skip(`no ${kind} here`);
    stores = await host.open();
    store = stores.approvals;
  });
  afterEach(() => host && stores.close());

  test("keep one live request a binding", async () => {
    const first = request("id-1", "same");
    expect(await store.open(first)).toEqual(first);
    expect(await store.open(request("id-2", "same"))).toEqual(first);
    expect(await store.get("id-1")).toEqual(first);
    expect(await store.get("id-2")).toBeUndefined();
    expect(await store.state("same")).toBe("pending");
    expect(await store.state("other")).toBeUndefined();
  });

  test.each(["null", "5", "{}", '["id-1"]', "[]"])(
    "know of no request by %s, which is no text",
    async (json) => {
      await store.open(request("id-1", "same"));
      for (const id of [JSON.parse(json), JSON.parse("{}").absent]) {
        expect(await store.get(id)).toBeUndefined();
        expect(await store.answer(id, true, "ada")).toBe("not_open");
      }
      expect(await store.state("same")).toBe("pending");
    },
  );

  test("open one request when many ask for it at once", async () => {
    const opened = await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.open(request(`id-${index}`, "same"))),
    );
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
  });

  test.each([
    ["granted", true],
    ["refused", false],
  ] as const)("give a %s answer out once, and only as what it is", async (answer, granted) => {
    await store.open(request("id-1", "same"));
    expect(await store.take("same", answer)).toBeUndefined();
    expect(await store.answer("id-1", granted, "ada")).toBe("taken");
    expect(await store.answer("id-1", !granted, "bob")).toBe("not_open");
    expect(await store.state("same")).toBe(answer);
    expect(await store.take("same", granted ? "refused" : "granted")).toBeUndefined();
    const taken = await Promise.all(Array.from({ length: 20 }, () => store.take("same", answer)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await store.state("same")).toBeUndefined();
    expect(await store.get("id-1")).toBeUndefined();
    expect(await store.answer("id-1", true, "ada")).toBe("not_open");
  });

  test("serve once more when they are given back", async () => {
    const given = request("id-1", "same", review(2));
    await store.open(given);
    for (const by of ["bob", "eve"]) await store.answer("id-1", true, by);
    expect(await store.take("same", "granted")).toEqual(given);
    await store.giveBack(given);
    expect(await store.state("same")).toBe("granted");
    expect(await store.get("id-1")).toEqual(given);
    expect(await store.answer("id-1", false, "bob")).toBe("not_open");
    const taken = await Promise.all(Array.from({ length: 20 }, () => store.take("same", "granted")));
    expect(taken.filter(Boolean)).toEqual([given]);
  });

  test("are not given back where another request is open, or when their time has passed", async () => {
    const [given, next] = [request("id-1", "same"), request("id-2", "same")];
    await store.open(next);
    await store.giveBack(given);
    expect(await store.state("same")).toBe("pending");
    expect(await store.open(given)).toEqual(next);
    await store.giveBack(request("id-3", "late", { expiresAt: Date.now() - 1 }));
    expect(await store.state("late")).toBeUndefined();
    expect(await store.take("late", "granted")).toBeUndefined();
  });

  test("ask anew after an answer was taken, and nothing of it counts again", async () => {
    await store.open(request("id-1", "same", review(2)));
    await store.answer("id-1", true, "bob");
    await store.answer("id-1", true, "eve");
    await store.take("same", "granted");
    const again = request("id-2", "same", review(2));
    expect(await store.open(again)).toEqual(again);
    expect(await store.state("same")).toBe("pending");
    expect(await store.answer("id-2", true, "bob")).toBe("taken");
    expect(await store.state("same")).toBe("pending");
    expect(await store.get("id-1")).toBeUndefined();
  });

  test("are granted by as many different people as are needed", async () => {
    await store.open(request("id-1", "same", review(3)));
    expect(await store.answer("id-1", true, "bob")).toBe("taken");
    expect(await store.answer("id-1", true, "bob")).toBe("granted_before");
    expect(await store.answer("id-1", true, "eve")).toBe("taken");
    expect(await store.state("same")).toBe("pending");
    expect(await store.take("same", "granted")).toBeUndefined();
    expect(await store.answer("id-1", true, "\ud800")).toBe("taken");
    expect(await store.state("same")).toBe("granted");
    expect(await store.answer("id-1", true, "ian")).toBe("not_open");
    expect(await store.take("same", "granted")).toBeDefined();
  });

  test("count everybody once who grants at the same time", async () => {
    await store.open(request("id-1", "same", review(5)));
    const people = ["ana", "bob", "eve", "ian", "ana", "bob", "eve", "ian"];
    const counted = await Promise.all(people.map((by) => store.answer("id-1", true, by)));
    expect(counted.filter((outcome) => outcome === "taken")).toHaveLength(4);
    expect(await store.state("same")).toBe("pending");
    await store.answer("id-1", true, "una");
    expect(await store.state("same")).toBe("granted");
  });

  test("are refused by one, also by one who had granted", async () => {
    await store.open(request("id-1", "same", review(2)));
    await store.answer("id-1", true, "bob");
    expect(await store.answer("id-1", false, "bob")).toBe("taken");
    expect(await store.state("same")).toBe("refused");
    expect(await store.answer("id-1", true, "eve")).toBe("not_open");
    expect(await store.take("same", "refused")).toBeDefined();
  });

  test.each(["pending", "granted"])("are void when their time has passed, %s or not", async (state) => {
    await store.open(request("id-1", "same", { expiresAt: Date.now() + 300 }));
    if (state === "granted") await store.answer("id-1", true, "ada");
    await sleep(310);
    expect(await store.state("same")).toBeUndefined();
    expect(await store.take("same", "granted")).toBeUndefined();
    expect(await store.answer("id-1", true, "ada")).toBe("not_open");
    expect(await store.get("id-1")).toBeUndefined();
    const next = request("id-2", "same");
    expect(await store.open(next)).toEqual(next);
    expect(await store.state("same")).toBe("pending");
  });

  test("keep hostile bindings and ids apart", async () => {
    const names = ["\0", "\ud800", "\ud801", "__proto__", "", "x".repeat(10_000), "'; --"];
    for (const name of names) await store.open(request(name, `${name}!`));
    for (const name of names) expect((await store.get(name))?.binding).toBe(`${name}!`);
  });
});

describe.each(["sqlite", "redis", "postgres"] as const)("approvals in %s", (kind) => {
  test("are there for whoever opens the store next", async ({ skip }) => {
    const host = await startHost(kind);
    if (host === undefined) return skip(`no ${kind} here`);
    const before = await host.open();
    const asked = request("id-1", "same", review(2));
    await before.approvals.open(asked);
    await before.approvals.answer("id-1", true, "bob");
    await before.close();
    const { approvals, close } = await host.open({ place: before.place });
    expect(await approvals.get("id-1")).toEqual(asked);
    expect(await approvals.answer("id-1", true, "bob")).toBe("granted_before");
    expect(await approvals.answer("id-1", true, "eve")).toBe("taken");
    expect(await approvals.take("same", "granted")).toBeDefined();
    await close();
    await host.stop();
  });
});
