import type { PolicyFiles } from "./build-release.ts";

/**
 * Policies of a small support desk, for tests of the guard: a rule of every effect, a fact, data, a result rule, and
 * asks of both kinds. `confirmAbove` is what changes when the meaning of a rule has to change.
 */
export function deskPolicies({ confirmAbove = 50 }: { readonly confirmAbove?: number } = {}): PolicyFiles {
  return {
    "refunds.policy.ts": `
import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

export const search = tool("crm.search", z.object({ query: z.string() }), { data_classes: ["customer_data"] });
export const refund = tool("refund", z.object({ amount: int({ min: 0 }), note: z.string().optional() }), {
  data_classes: ["billing"],
});

export default policy({
  name: "desk",
  version: "1.0.0",
  data: z.object({ confirm_above: int() }),
  facts: z.object({ risk: int() }),
  rules: ({ allow, requireApproval }) => ({
    /** Support searches customers. */
    search: allow({ reason: "support_searches", tool: search, when: ({ args }) => args.query !== "" }),
    /** Support refunds. */
    refund: allow({ reason: "support_refunds", tool: refund, when: () => true }),
    /** Larger refunds are confirmed. */
    confirm: requireApproval({
      reason: "refund_needs_confirmation",
      tool: refund,
      when: ({ args, data }) => args.amount > data.confirm_above,
    }),
    /** Risky refunds are reviewed by finance. */
    review: requireApproval({
      reason: "refund_needs_review",
      tool: refund,
      from: { groups: ["finance"] },
      when: ({ args, facts }) => args.amount > 100 && facts.risk > 3,
    }),
  }),
});
`,
    "refunds.data.json": JSON.stringify({ confirm_above: confirmAbove }),
    "data_access.policy.ts": `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";

const search = tool("crm.search", z.object({ query: z.string() }));

export default policy({
  category: "compliance",
  name: "data_access",
  version: "1.4.7",
  owner: "privacy-team",
  rules: ({ deny }) => ({
    /** The user is not cleared for a data class that this call touches. */
    clearance: deny({
      reason: "data_class_unauthorized_for_user",
      remediation: "request_elevated_data_access",
      when: ({ action, user }) =>
        action.data_classes_referenced.some((name) => !user.data_classifications_authorized.includes(name)),
    }),
    /** Trainees do not see what a search finds. */
    trainee_result: deny({
      reason: "results_hidden_from_trainees",
      on: ["tool_result"],
      tool: search,
      when: ({ user }) => user.groups.includes("trainees"),
    }),
  }),
});
`,
  };
}
