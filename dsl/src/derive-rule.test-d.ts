import { z } from "zod";
import { int, policy } from "./index.ts";

const capabilities = z.object({
  may_refund: z.boolean(),
  refund_limit: int({ min: 0, max: 1_000_000 }),
  tools: z.array(z.string()),
  tier: z.enum(["gold", "basic"]),
  note: z.string().optional(),
});

export const deriving = policy({
  category: "identity",
  name: "deriving",
  version: "1.0.0",
  derives: capabilities,
  data: z.object({ limit: int({ min: 0, max: 500 }), tools: z.record(z.string(), z.array(z.string())) }),
  rules: ({ deny, derive }) => ({
    may_refund: derive({ value: ({ user }) => user.groups.includes("finance") }),
    refund_limit: derive({ value: ({ data }) => data.limit * 2 }),
    tools: derive({ value: ({ agent, data }) => data.tools[agent.scope] ?? ["crm.search"] }),
    tier: derive({ value: ({ user }) => (user.groups.length > 3 ? "gold" : "basic") }),
    note: derive({
      value: ({ user }) => {
        if (user.groups.length > 3) return undefined;
        return user.id;
      },
    }),
    unowned: deny({ reason: "unowned", when: ({ agent }) => agent.owner_team === "" }),
  }),
});

// both kinds of rule can be called: the policy is plain JavaScript
export const limit: number = deriving.rules.refund_limit.value({} as never);
export const denied: boolean = deriving.rules.unowned.when({} as never);

export const reading = policy({
  category: "workflow",
  name: "reading",
  version: "1.0.0",
  derived: capabilities,
  rules: ({ deny }) => ({
    above: deny({
      reason: "above",
      when: ({ derived, context }) => context.turn_count > derived.refund_limit && derived.tier === "basic",
    }),
    // @ts-expect-error a field that the schema does not have
    unknown_field: deny({ reason: "r", when: ({ derived }) => derived.refunds > 3 }),
    // @ts-expect-error a comparison of what never is the same
    no_tier: deny({ reason: "r", when: ({ derived }) => derived.tier === "silver" }),
    // @ts-expect-error an optional field without its default
    no_default: deny({ reason: "r", when: ({ derived }) => derived.note.startsWith("a") }),
  }),
});

policy({
  name: "undeclared",
  version: "1.0.0",
  rules: ({ deny }) => ({
    // @ts-expect-error nothing is derived for a policy that does not say what it reads
    undeclared: deny({ reason: "r", when: ({ derived }) => derived.may_refund }),
  }),
});

const one = z.object({ limit: int({ min: 0, max: 9 }) });

policy({
  category: "identity",
  name: "wrong_type",
  version: "1.0.0",
  derives: one,
  // @ts-expect-error a text where the field is a number
  rules: ({ derive }) => ({ limit: derive({ value: ({ user }) => user.id }) }),
});

policy({
  category: "identity",
  name: "missing_field",
  version: "1.0.0",
  derives: z.object({ limit: int(), tools: z.array(z.string()) }),
  // @ts-expect-error the field `tools` has no rule
  rules: ({ derive }) => ({ limit: derive({ value: () => 3 }) }),
});

policy({
  category: "identity",
  name: "not_derived",
  version: "1.0.0",
  derives: one,
  // @ts-expect-error a field is derived, and not denied
  rules: ({ deny }) => ({ limit: deny({ reason: "r", when: () => true }) }),
});

policy({
  category: "identity",
  name: "other_terms",
  version: "1.0.0",
  derives: z.object({ a: int(), b: int(), c: int() }),
  rules: ({ derive }) => ({
    // @ts-expect-error a derive rule has no phases
    a: derive({ on: ["model_call"], value: () => 1 }),
    // @ts-expect-error a derive rule has no reason
    b: derive({ reason: "r", value: () => 1 }),
    // @ts-expect-error a derive rule has a value, and no condition
    c: derive({ when: () => true }),
  }),
});

policy({
  category: "identity",
  name: "reads_derived",
  version: "1.0.0",
  // @ts-expect-error an identity policy reads nothing that is derived
  derived: one,
  rules: () => ({}),
});

policy({
  category: "identity",
  name: "derives_from_derived",
  version: "1.0.0",
  derives: one,
  // @ts-expect-error a derive rule reads nothing that is derived
  rules: ({ derive }) => ({ limit: derive({ value: ({ derived }) => derived.limit }) }),
});

policy({
  category: "compliance",
  name: "derives",
  version: "1.0.0",
  // @ts-expect-error only identity policies derive
  derives: one,
  rules: () => ({}) as never,
});

policy({
  category: "resource",
  name: "derive",
  version: "1.0.0",
  // @ts-expect-error only identity policies derive
  rules: ({ derive }) => ({ limit: derive({ value: () => 3 }) }),
});

// @ts-expect-error what is derived has fields
policy({ category: "identity", name: "no_fields", version: "1.0.0", derives: z.string(), rules: () => ({}) });
