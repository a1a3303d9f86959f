import { int, policy } from "@forego/dsl";
import { z } from "zod";
import { issueRefund } from "./tools.ts";

// the other tools of the desk are declared with the release, too: what they touch is part of the policy
export { exportCustomers, lookupCustomer, runReport, sendMail } from "./tools.ts";

/** Money goes back to those who paid it, and large sums only with a second pair of eyes. */
export default policy({
  category: "workflow",
  name: "refunds",
  version: "1.2.0",
  owner: "finance-team",
  data: z.object({ limit_cents: int({ min: 0 }) }),
  facts: z.object({ order: z.object({ paid_cents: int({ min: 0 }), is_refunded: z.boolean() }) }),
  rules: ({ deny, requireApproval }) => ({
    /** Refunds above the desk's limit need somebody from finance. */
    large_refund: requireApproval({
      reason: "refund_above_limit",
      tool: issueRefund,
      from: { groups: ["finance"] },
      when: ({ args, data }) => args.amount_cents > data.limit_cents,
      audit: true,
    }),
    /** An order is refunded once, and never above what was paid. */
    more_than_paid: deny({
      reason: "refund_exceeds_payment",
      tool: issueRefund,
      when: ({ args, facts }) => facts.order.is_refunded || args.amount_cents > facts.order.paid_cents,
    }),
  }),
});
