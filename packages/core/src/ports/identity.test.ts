import { describe, expect, test } from "vitest";
import { type Identity, isVerifiedIdentity, verified } from "./identity.ts";

describe("verified", () => {
  test("copies what it is given, and nothing beside it", () => {
    const groups = ["support"];
    const identity = { tenant: { id: "acme", plan: "gold" }, user: { id: "ada", groups, token: "secret" } };
    const copy = verified(identity);
    groups.push("admins");
    expect(copy).toMatchObject({
      tenant: { id: "acme" },
      user: { id: "ada", groups: ["support"], data_classifications_authorized: [] },
      chain: [],
    });
    expect(JSON.stringify(copy)).not.toMatch(/gold|secret/);
  });

  test("without anything is an unattended agent of the default tenant", () => {
    expect(JSON.parse(JSON.stringify(verified()))).toEqual({ tenant: { id: "default" }, chain: [] });
  });

  test.each<[string, unknown]>([
    ["a tenant without an id", { tenant: {} }],
    ["an empty tenant", { tenant: { id: "" } }],
    ["a tenant whose id is a number", { tenant: { id: 7 } }],
    ["a user without an id", { user: { groups: [] } }],
    ["a user whose id is null", { user: { id: null } }],
    ["a user whose id is an object", { user: { id: { toString: () => "ada" } } }],
    ["an issuer that is no text", { user: { id: "ada", issuer: {} } }],
    ["groups that are one text", { user: { id: "ada", groups: "admins" } }],
    ["groups that are null", { user: { id: "ada", groups: null } }],
    ["a group that is no text", { user: { id: "ada", groups: [7] } }],
    ["classes that are a record", { user: { id: "ada", data_classifications_authorized: { public: true } } }],
    ["a class with a lone surrogate", { user: { id: "ada", data_classifications_authorized: ["\ud800"] } }],
    ["a delegator without an id", { chain: [{ scope: "support" }] }],
    ["a delegator whose scope is no text", { chain: [{ id: "a", scope: 7 }] }],
  ])("throws for %s, which is a claim that is not there", (_what, identity) => {
    expect(() => verified(identity as Identity)).toThrow(TypeError);
  });
});

describe("isVerifiedIdentity", () => {
  test("tells an identity from everything that can come over a wire", () => {
    const identity = verified({ user: { id: "ada" } });
    expect(isVerifiedIdentity(identity)).toBe(true);
    const wire: unknown = JSON.parse(JSON.stringify(identity));
    for (const other of [
      wire,
      structuredClone(wire),
      null,
      undefined,
      "ada",
      [identity],
      Object.create(identity),
    ]) {
      expect(isVerifiedIdentity(other)).toBe(false);
    }
  });
});
