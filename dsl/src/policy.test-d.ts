import { z } from "zod";
import { before, int, isoTime, model, policy, tool } from "./index.ts";

const refund = tool("refund", z.object({ amount: int({ min: 1 }), note: z.string().optional() }));

export const typed = policy({
  category: "compliance",
  name: "typed",
  version: "1.0.0",
  owner: "privacy-team",
  data: z.object({ refund_limit: int({ max: 1_000_000 }), tools: z.record(z.string(), z.array(z.string())) }),
  facts: z.object({
    reservation: z.object({ cabin: z.enum(["basic_economy", "economy"]), created_at: isoTime() }),
  }),
  rules: ({ deny, requireApproval }) => ({
    user_data_access: deny({
      reason: "data_class_unauthorized_for_user",
      when: ({ action, user }) =>
        action.data_classes_referenced.some((c) => !user.data_classifications_authorized.includes(c)),
      remediation: "request_elevated_data_access",
    }),
    large_refund: requireApproval({
      reason: "refund_above_limit",
      tool: refund,
      from: { groups: ["finance"] },
      when: ({ args, data }) => args.amount > data.refund_limit && (args.note ?? "") !== "",
      tell: ["args.amount", "data.refund_limit"],
    }),
    in_time: deny({
      reason: "late",
      when: ({ facts, environment }) =>
        facts.reservation.cabin === "economy" && before(facts.reservation.created_at, environment.time),
    }),
    listed: deny({
      reason: "unlisted",
      when: ({ data, agent, action }) => !(data.tools[agent.scope]?.includes(action.tool) ?? false),
    }),
  }),
});

// a rule's predicate can be called: the policy is plain JavaScript
export const asked: boolean = typed.rules.large_refund.when({} as never);

policy({
  name: "wrong",
  version: "1.0.0",
  data: z.object({ limit: z.number() }),
  rules: ({ deny, allow }) => ({
    // @ts-expect-error a field that the contract does not have
    typo: deny({ reason: "r", when: ({ context }) => context.turncount > 3 }),
    // @ts-expect-error data that the schema does not have
    unknown_data: deny({ reason: "r", when: ({ data }) => data.nope > 3 }),
    // @ts-expect-error a predicate that is not boolean
    not_boolean: deny({ reason: "r", when: ({ user }) => user.groups.length }),
    // @ts-expect-error an optional chain without its `?? false`
    undefined_leaks: deny({ reason: "r", when: ({ user }) => user?.groups[0]?.startsWith("a") }),
    // @ts-expect-error a comparison of a number with a string
    wrong_type: deny({ reason: "r", when: ({ context }) => context.turn_count === "3" }),
    // @ts-expect-error the most that comes out of a model, which not every host says
    unknown_output: deny({ reason: "r", tool: model(), when: ({ args }) => args.max_output_tokens > 3 }),
    // @ts-expect-error arguments of a tool that the rule is not pinned to
    unpinned: deny({ reason: "r", when: ({ args }) => args.amount > 3 }),
    // @ts-expect-error an argument that the tool does not have
    wrong_argument: deny({ reason: "r", tool: refund, when: ({ args }) => args.total > 3 }),
    // @ts-expect-error facts that the policy does not declare
    no_facts: deny({ reason: "r", when: ({ facts }) => facts.reservation === undefined }),
    assignment: deny({
      reason: "r",
      when: ({ agent }) => {
        // @ts-expect-error the input cannot be changed
        agent.id = "x";
        return true;
      },
    }),
    // @ts-expect-error a rule without a reason
    no_reason: allow({ when: () => true }),
    // @ts-expect-error nothing that a rule can read begins like this
    told_elsewhere: deny({ reason: "r", tell: ["derived.limit"], when: () => true }),
    // @ts-expect-error only require_approval asks somebody
    from_on_deny: deny({ reason: "r", from: "user", when: () => true }),
  }),
});

policy({
  category: "compliance",
  name: "effects",
  version: "1.0.0",
  // @ts-expect-error compliance policies cannot allow
  rules: ({ allow }) => ({ a: allow({ reason: "r", when: () => true }) }),
});

policy({
  category: "workflow",
  name: "defaults",
  version: "1.0.0",
  // @ts-expect-error only resource policies have a default
  default: "allow",
  rules: () => ({}),
});

// @ts-expect-error an override needs owner, justification and expiry
policy({ category: "override", name: "terms", version: "1.0.0", rules: () => ({}) });

// @ts-expect-error there is no such category
policy({ category: "security", name: "category", version: "1.0.0", rules: () => ({}) });

// @ts-expect-error a tool's arguments are an object
tool("t", z.string());
