import { setTimeout as sleep } from "node:timers/promises";
import { breakGlass, type Grant, type GrantStore } from "@forego/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type OpenStores,
  type StoreHost,
  type StoreKind,
  startHost,
} from "../../../test/support/shared-stores.ts";

function grant(id: string, more: Partial<Grant> = {}): Grant {
  return {
    id,
    tenant: "acme",
    purpose: "export_during_freeze",
    grantedBy: "security on call",
    justification: "incident 4711: the export feeds the recovery",
    expiresAt: Date.now() + 60_000,
    ...more,
  };
}

const kinds: readonly StoreKind[] = ["memory", "sqlite", "redis", "postgres"];

describe.each(kinds)("grants in %s", (kind) => {
  let host: StoreHost | undefined;
  let stores: OpenStores;
  let grants: GrantStore;

  beforeAll(async () => {
    host = await startHost(kind);
  });
  afterAll(() => host?.stop());
  beforeEach(async ({ skip }) => {
    if (host === undefined) return skip(`no ${kind} here`);
    stores = await host.open();
    grants = stores.grants;
  });
  afterEach(() => host && stores.close());

  const idsOf = async (tenant: string, user?: Grant["user"]) => {
    const found = await grants.live(tenant, user);
    return found.map(({ id }) => id);
  };

  test("hold for everybody of the tenant, and for nobody of another", async () => {
    const given = grant("g");
    await grants.grant(given);
    expect(await grants.live("acme")).toEqual([given]);
    expect(await idsOf("acme", { id: "ada" })).toEqual(["g"]);
    expect(await idsOf("other", { id: "ada" })).toEqual([]);
  });

  test("hold for the one person that they name, whoever else has that id", async () => {
    await grants.grant(grant("g", { user: { id: "ada", issuer: "https://a.example" } }));
    expect(await idsOf("acme", { id: "ada", issuer: "https://a.example" })).toEqual(["g"]);
    expect(await idsOf("acme", { id: "ada", issuer: "https://b.example" })).toEqual([]);
    expect(await idsOf("acme", { id: "ada" })).toEqual([]);
    expect(await idsOf("acme", { id: "everybody" })).toEqual([]);
    expect(await idsOf("acme")).toEqual([]);
  });

  test("end when their time has come", async () => {
    await grants.grant(grant("over", { expiresAt: Date.now() - 1 }));
    await grants.grant(grant("soon", { expiresAt: Date.now() + 300 }));
    await grants.grant(grant("late"));
    expect(await idsOf("acme")).toEqual(["late", "soon"]);
    await sleep(310);
    expect(await idsOf("acme")).toEqual(["late"]);
    expect(await grants.revoke(grant("soon"))).toBe(false);
  });

  test("end when they are revoked, once", async () => {
    await grants.grant(grant("g"));
    expect(await grants.revoke({ tenant: "acme", id: "g" })).toBe(true);
    expect(await grants.revoke({ tenant: "acme", id: "g" })).toBe(false);
    expect(await idsOf("acme")).toEqual([]);
  });

  test("are replaced by one of the same tenant with the same id", async () => {
    await grants.grant(grant("g"));
    await grants.grant(grant("g", { user: { id: "ada" } }));
    expect(await idsOf("acme")).toEqual([]);
    expect(await idsOf("acme", { id: "ada" })).toEqual(["g"]);
  });

  test("are neither replaced nor revoked by another tenant that names the same id", async () => {
    await grants.grant(grant("g"));
    await grants.grant(grant("g", { tenant: "other" }));
    expect([await idsOf("acme"), await idsOf("other")]).toEqual([["g"], ["g"]]);
    expect(await grants.revoke({ tenant: "other", id: "g" })).toBe(true);
    expect([await idsOf("acme"), await idsOf("other")]).toEqual([["g"], []]);
    expect(await grants.revoke({ tenant: "nobody", id: "g" })).toBe(false);
  });

  test("are told up to a hundred, those that expire last first", async () => {
    for (let index = 0; index < 110; index++) {
      await grants.grant(grant(`g${index}`, { expiresAt: Date.now() + 60_000 + index * 1000 }));
    }
    const found = await idsOf("acme");
    expect(found).toEqual(Array.from({ length: 100 }, (_, index) => `g${109 - index}`));
  });

  test.each<[string, Partial<Grant>]>([
    ["nobody as its giver", { grantedBy: "" }],
    ["no reason", { justification: "" }],
    ["a purpose that cannot be told", { purpose: "\ud800" }],
    ["nobody's id", { user: { id: "" } }],
    ["no end", { expiresAt: Number.POSITIVE_INFINITY }],
    ["an end that is no time", { expiresAt: Number.NaN }],
    ["an end beyond all dates", { expiresAt: 8.64e15 + 1 }],
  ])("are refused with %s", async (_title, wrong) => {
    await expect(async () => grants.grant(grant("g", wrong))).rejects.toThrow(RangeError);
    expect(await idsOf("acme")).toEqual([]);
  });

  test("are a fact for the calls that they hold for", async () => {
    const given = grant("g", { user: { id: "ada" } });
    await grants.grant(given);
    const factFor = (user: string) =>
      breakGlass(grants)({
        args: {},
        tool: "export",
        tenant: { id: "acme" },
        user: { id: user, groups: [], data_classifications_authorized: [] },
        agent: { id: "a", scope: "s", chain: [] },
        conversationId: undefined,
      });
    expect(await factFor("ada")).toEqual([
      {
        id: "g",
        purpose: given.purpose,
        granted_by: given.grantedBy,
        justification: given.justification,
        expires_at: new Date(given.expiresAt).toISOString(),
      },
    ]);
    expect(await factFor("bob")).toEqual([]);
  });
});
