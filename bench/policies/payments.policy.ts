import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const issueRefund = tool(
  "issue_refund",
  z.object({ amount: int({ min: 1, max: 10_000_000 }), currency: z.string(), order: z.string() }),
);

/** Money that goes back to customers. */
export default policy({
  name: "payments",
  version: "1.4.0",
  owner: "finance-team",
  data: z.object({ refund_limit: int({ max: 1_000_000 }) }),
  rules: ({ allow, deny, requireApproval }) => ({
    /** Small refunds need nobody. */
    small_refund: allow({
      reason: "refund_within_limit",
      tool: issueRefund,
      when: ({ args, data }) => args.amount <= data.refund_limit,
    }),
    /** Refunds above the agent's limit need a person. */
    large_refund: requireApproval({
      reason: "refund_above_limit",
      tool: issueRefund,
      from: { groups: ["finance"] },
      when: ({ args, data }) => args.amount > data.refund_limit,
    }),
    /** Refunds are paid in the currencies that we hold. */
    refund_currency: deny({
      reason: "refund_currency_not_held",
      tool: issueRefund,
      when: ({ args }) => !["EUR", "USD", "GBP"].includes(args.currency),
    }),
  }),
});
