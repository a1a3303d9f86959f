import type { PolicyFiles } from "../support/build-release.ts";
import { mailPolicies } from "../support/mail-policies.ts";

/** What the office allows: the mail's policies, and rules about everything else that a host must hold. */
export const officePolicies: PolicyFiles = {
  ...mailPolicies,
  "office.policy.ts": `
import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const assess = tool("assess", z.object({}));
const vault = tool("vault", z.object({}));
const publish = tool("publish", z.object({}));

export default policy({
  category: "compliance",
  name: "office",
  version: "1.0.0",
  facts: z.object({ risk: int() }),
  rules: ({ deny }) => ({
    /** Nothing is deleted from here. */
    no_delete: deny({ reason: "delete_forbidden", when: ({ action }) => action.tool === "delete" }),
    /** What is risky is not assessed. */
    risky: deny({ reason: "too_risky", tool: assess, when: ({ facts }) => facts.risk > 5 }),
    /** Whoever has handled mail publishes nothing. */
    handled: deny({
      reason: "mail_was_handled",
      tool: publish,
      when: ({ context }) => context.data_classes_seen.includes("mail"),
    }),
    /** What is in the vault stays there. */
    vault: deny({ reason: "vault_is_shut", tool: vault, on: ["tool_result"], when: () => true }),
  }),
});
`,
  "pace.policy.ts": `
import { policy } from "@forego/dsl";

export default policy({
  category: "workflow",
  name: "pace",
  version: "1.0.0",
  rules: ({ deny }) => ({
    /** The conversation is too long. */
    turns: deny({ reason: "too_many_turns", on: ["model_call"], when: ({ context }) => context.turn_count >= 12 }),
  }),
});
`,
};

/** The office, where no rule speaks about what a mail returns: a door that is handed no results could send none. */
export const unreadOffice: PolicyFiles = {
  ...officePolicies,
  "duties.policy.ts": String(mailPolicies["duties.policy.ts"]).replace(', "result.rows[*].ssn"', ""),
};

/** Another release of the office: it is closed. */
export const closedOffice: PolicyFiles = {
  "closed.policy.ts": `
import { policy } from "@forego/dsl";

export default policy({
  name: "closed",
  version: "2.0.0",
  rules: ({ deny }) => ({
    /** The office is closed. */
    closed: deny({ reason: "office_closed", when: () => true }),
  }),
});
`,
};
