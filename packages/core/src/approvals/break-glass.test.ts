import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import { afterAll, beforeAll, expect, test } from "vitest";
import { breakGlassOverride } from "../../../../test/support/break-glass-override.ts";
import { buildLifted } from "../../../../test/support/build-lifted.ts";
import type { BuiltRelease } from "../../../../test/support/build-release.ts";
import { createDesk } from "../../../../test/support/desk-guard.ts";
import { breakGlass, type Grant } from "./break-glass.ts";

const desk = {
  "desk.policy.ts": `
    import { policy } from "@forego/dsl";
    export default policy({
      name: "desk",
      version: "1.0.0",
      owner: "desk-team",
      default: "allow",
      rules: ({ deny }) => ({
        no_export: deny({ reason: "no_export", overridable: { by: ["oncall"] }, when: () => true }),
      }),
    });
  `,
};

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildLifted(desk, "no_export", breakGlassOverride("desk", "no_export"));
});
afterAll(() => built.remove());

function openDesk() {
  let now = Date.parse("2026-11-01T00:00:00Z");
  const { grants } = memoryStores({ now: () => now });
  const { guard, decisions } = createDesk(createEngine(built.release), {
    facts: { break_glass: breakGlass(grants) },
  });
  const leave: Grant = {
    id: "g-1",
    tenant: "default",
    purpose: "export",
    user: { id: "ada" },
    grantedBy: "fay",
    justification: "the yearly audit",
    expiresAt: now + 60_000,
  };
  const effectOf = async (user: string) =>
    (await guard.admit({ host: { user }, tool: "export", args: {} })).decision.effect;
  const pass = (ms: number) => {
    now += ms;
  };
  return { grants, guard, decisions, leave, effectOf, pass };
}

test("a grant lifts a rule for the person that it is for, and each use is in the decision, for audit", async () => {
  const { grants, decisions, leave, effectOf } = openDesk();
  expect(await effectOf("ada")).toBe("deny");
  await grants.grant(leave);
  expect(await effectOf("ada")).toBe("allow");
  expect(decisions.at(-1)).toMatchObject({
    decision: { metadata: { overridden_rules: ["resource.desk.no_export"], audit_required: true } },
    input: { facts: { break_glass: [{ id: "g-1", purpose: "export" }] } },
  });
  expect(await effectOf("bob")).toBe("deny");
});

test("a grant for something else lifts nothing", async () => {
  const { grants, leave, effectOf } = openDesk();
  await grants.grant({ ...leave, purpose: "refund" });
  expect(await effectOf("ada")).toBe("deny");
});

test("a grant that has expired, or was revoked, lifts nothing any more", async () => {
  const { grants, leave, effectOf, pass } = openDesk();
  await grants.grant(leave);
  expect(await effectOf("ada")).toBe("allow");
  expect(await grants.revoke(leave)).toBe(true);
  expect(await effectOf("ada")).toBe("deny");
  await grants.grant(leave);
  expect(await effectOf("ada")).toBe("allow");
  pass(60_000);
  expect(await effectOf("ada")).toBe("deny");
});

test("a store of grants that is down lifts nothing", async () => {
  const { grants, leave } = openDesk();
  await grants.grant(leave);
  const down = () => Promise.reject(new Error("the store is down"));
  const { guard } = createDesk(createEngine(built.release), {
    facts: { break_glass: breakGlass({ live: down }) },
  });
  const { decision } = await guard.admit({ host: { user: "ada" }, tool: "export", args: {} });
  expect(decision.allow).toBe(false);
});
