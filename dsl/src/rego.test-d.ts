import { z } from "zod";
import { int, policy, rego, ruleIdOf, tool } from "./index.ts";

const refund = tool("refund", z.object({ amount: int({ min: 1 }) }));

export const typed = rego({
  category: "compliance",
  name: "typed",
  version: "1.0.0",
  module: "./typed.rego",
  reads: ["user.groups", "context.turn_count?"],
  rules: ({ deny, requireApproval, redact, audit }) => ({
    large: deny({ reason: "r", tool: refund, reads: ["action.args.amount"], tell: ["args.amount"] }),
    asked: requireApproval({ reason: "r", from: { groups: ["finance"] } }),
    private: redact({ reason: "r", paths: ["args.to"] }),
    told: audit({ reason: "r" }),
    // @ts-expect-error the condition stands in Rego
    program: deny({ reason: "r", when: () => true }),
    // @ts-expect-error a rule without a reason
    no_reason: deny({}),
  }),
});

export const id: string | undefined = ruleIdOf(typed.rules.large);

rego({
  name: "resource",
  version: "1.0.0",
  module: "./resource.rego",
  reads: "input",
  // @ts-expect-error resource policies do not redact
  rules: ({ redact }) => ({ r: redact({ reason: "r", paths: ["args.to"] }) }),
});

rego({
  category: "workflow",
  name: "workflow",
  version: "1.0.0",
  module: "./workflow.rego",
  reads: "input",
  // @ts-expect-error Rego counts nothing
  rules: ({ budget }) => ({ r: budget({ reason: "r", cost: 1, limit: 5, window: { days: 1 } }) }),
});

// @ts-expect-error a policy in Rego says what it reads
rego({ name: "reads", version: "1.0.0", module: "./reads.rego", rules: () => ({}) });

// @ts-expect-error an override needs owner, justification and expiry
rego({
  category: "override",
  name: "o",
  version: "1.0.0",
  module: "./o.rego",
  reads: "input",
  rules: () => ({}),
});

policy({
  category: "override",
  name: "lifting",
  version: "1.0.0",
  owner: "o",
  justification: "j",
  expires: "2030-01-01T00:00:00Z",
  rules: ({ lift }) => ({
    lifted: lift({ reason: "r", lifts: [{ rule: typed.rules.large, meaning: "0" }], when: () => true }),
  }),
});
