import { describe, expect, test } from "vitest";
import { createManualClock } from "../../../../test/support/manual-clock.ts";
import { type ApprovalRequest, createMemoryApprovals } from "./approval-store.ts";

function createStore() {
  const clock = createManualClock();
  return { clock, store: createMemoryApprovals(() => clock.monotonic()) };
}

function request(id: string, binding = `binding of ${id}`): ApprovalRequest {
  return {
    id,
    binding,
    rule: "resource.desk.confirm",
    reason: "refund_needs_confirmation",
    from: "user",
    tenant: "default",
    requester: "ada",
    tool: "refund",
    args: {},
    expiresAt: 1000,
  };
}

describe("approvals in memory", () => {
  test("keep one live request a binding", () => {
    const { store } = createStore();
    const first = request("id-1", "same");
    expect(store.open(first)).toBe(first);
    expect(store.open(request("id-2", "same"))).toBe(first);
    expect(store.get("id-2")).toBeUndefined();
  });

  test.each([
    ["granted", true],
    ["refused", false],
  ] as const)("give a %s answer out once, and only as what it is", (answer, granted) => {
    const { store } = createStore();
    store.open(request("id-1", "same"));
    expect(store.state("same")).toBe("pending");
    expect(store.take("same", answer)).toBeUndefined();
    expect(store.answer("id-1", granted, "ada")).toBe("taken");
    expect(store.answer("id-1", !granted, "bob")).toBe("not_open");
    expect(store.state("same")).toBe(answer);
    expect(store.take("same", granted ? "refused" : "granted")).toBeUndefined();
    expect(store.take("same", answer)).toBeDefined();
    expect(store.take("same", answer)).toBeUndefined();
    expect(store.state("same")).toBeUndefined();
    expect(store.get("id-1")).toBeUndefined();
  });

  test.each(["pending", "granted"])("are void when their time has passed, %s or not", (state) => {
    const { store, clock } = createStore();
    store.open(request("id-1", "same"));
    if (state === "granted") store.answer("id-1", true, "ada");
    clock.advance(999);
    expect(store.state("same")).toBe(state);
    clock.advance(1);
    expect(store.take("same", "granted")).toBeUndefined();
    expect(store.answer("id-1", true, "ada")).toBe("not_open");
    expect(store.get("id-1")).toBeUndefined();
  });

  test("are granted by as many different people as are needed", () => {
    const { store } = createStore();
    const from = { groups: ["finance"], not_requester: true, quorum: 2 };
    store.open({ ...request("id-1", "same"), from });
    expect(store.answer("id-1", true, "bob")).toBe("taken");
    expect(store.answer("id-1", true, "bob")).toBe("granted_before");
    expect(store.state("same")).toBe("pending");
    expect(store.answer("id-1", true, "eve")).toBe("taken");
    expect(store.state("same")).toBe("granted");
  });

  test("are never granted when nobody can say how many people are needed", () => {
    const { store } = createStore();
    store.open({
      ...request("id-1", "same"),
      from: { groups: ["a"], not_requester: true, quorum: Number.NaN },
    });
    for (const by of ["ana", "bob", "eve"]) store.answer("id-1", true, by);
    expect(store.state("same")).toBe("pending");
  });

  test("are refused by one who had granted", () => {
    const { store } = createStore();
    store.open({ ...request("id-1", "same"), from: { groups: ["a"], not_requester: true, quorum: 2 } });
    store.answer("id-1", true, "bob");
    expect(store.answer("id-1", false, "bob")).toBe("taken");
    expect(store.state("same")).toBe("refused");
  });

  test("are bounded: the oldest request goes, and is asked again", () => {
    const { store } = createStore();
    for (let index = 0; index <= 10_000; index++) store.open(request(`id-${index}`));
    expect(store.get("id-0")).toBeUndefined();
    expect(store.state("binding of id-0")).toBeUndefined();
    expect(store.get("id-1")).toBeDefined();
    expect(store.get("id-10000")).toBeDefined();
  });

  test("are bounded in size: a model that writes long arguments does not fill the memory", () => {
    const store = createMemoryApprovals(() => 0, { maxRequests: 100, maxSize: 10_000 });
    const long = (id: string) => ({ ...request(id), args: { note: "x".repeat(3000) } });
    for (const id of ["id-1", "id-2", "id-3", "id-4"]) store.open(long(id));
    expect(["id-1", "id-2", "id-3", "id-4"].map((id) => store.get(id) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
    ]);
    for (const id of ["id-2", "id-3", "id-4"]) {
      store.answer(id, true, "ada");
      expect(store.take(`binding of ${id}`, "granted")).toBeDefined();
    }
    // what is gone takes no room; what is too long for all of it is kept alone
    for (const id of ["id-5", "id-6", "id-7"]) store.open(long(id));
    expect(store.get("id-5")).toBeDefined();
    store.open({ ...request("id-8"), args: { note: "x".repeat(20_000) } });
    expect(["id-7", "id-8"].map((id) => store.get(id) !== undefined)).toEqual([false, true]);
  });

  test("that people have answered are kept when the store is full, as long as others can go", () => {
    const { store } = createStore();
    const two = { groups: ["finance"], not_requester: true, quorum: 2 };
    for (let index = 0; index < 4; index++)
      store.open({ ...request(`id-${index}`), ...(index === 1 ? { from: two } : {}) });
    store.answer("id-0", true, "ada");
    store.answer("id-1", true, "bob");
    store.answer("id-2", false, "ada");
    for (let index = 4; index <= 10_000; index++) store.open(request(`id-${index}`));
    expect(store.get("id-3")).toBeUndefined();
    expect(store.get("id-4")).toBeDefined();
    expect(store.take("binding of id-0", "granted")).toBeDefined();
    expect(store.state("binding of id-1")).toBe("pending");
    expect(store.answer("id-1", true, "eve")).toBe("taken");
    expect(store.take("binding of id-1", "granted")).toBeDefined();
    expect(store.take("binding of id-2", "refused")).toBeDefined();
  });

  test("find room where all that is kept was answered: first what has expired, else the oldest", () => {
    const { store, clock } = createStore();
    for (let index = 0; index < 10_000; index++) {
      const expiresAt = clock.monotonic() + (index === 7 ? 1000 : 60_000);
      store.open({ ...request(`id-${index}`), expiresAt });
      store.answer(`id-${index}`, true, "ada");
    }
    clock.advance(1000);
    store.open({ ...request("late"), expiresAt: clock.monotonic() + 60_000 });
    expect(store.state("binding of id-0")).toBe("granted");
    store.answer("late", true, "ada");
    store.open({ ...request("later"), expiresAt: clock.monotonic() + 60_000 });
    expect(store.state("binding of id-0")).toBeUndefined();
    expect([store.state("binding of late"), store.state("binding of later")]).toEqual(["granted", "pending"]);
  });
});
