import type { PolicyFiles } from "./build-release.ts";

/** Policies of an office that reads people's data, and must not let it out. */
export const leakPolicies: PolicyFiles = {
  "leak.policy.ts": `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";

const mail = tool("mail_send", z.object({ to: z.string() }), { classify: { args: ["pii", "secrets"] } });
const vault = tool("vault_read", z.object({}), { data_classes: [], classify: { result: ["secrets"] } });
export const search = tool("crm_search", z.object({}), { data_classes: [], classify: { result: ["pii"] } });

export default policy({
  name: "leak",
  version: "1.0.0",
  rules: ({ allow, deny }) => ({
    /** Tools may be used. */
    use: allow({ reason: "tools", when: () => true }),
    /** Who has read people's data writes to nobody outside. */
    seen: deny({
      reason: "pii_seen",
      tool: mail,
      when: ({ args, context }) =>
        context.data_classes_seen.includes("pii") && !args.to.endsWith("@example.com"),
    }),
    /** Secrets are not mailed. */
    mailed: deny({
      reason: "secret_mailed",
      tool: mail,
      when: ({ action }) => action.data_classes_referenced.includes("secrets"),
    }),
    /** Secrets stay in the vault. */
    vaulted: deny({
      reason: "secret_returned",
      tool: vault,
      on: ["tool_result"],
      when: ({ action }) => action.data_classes_referenced.includes("secrets"),
    }),
  }),
});
`,
};

/** A token of GitHub's form that is none: put together here, so that nothing that looks for tokens finds it. */
export const tokenLike = `ghp_${"a1B2".repeat(9)}`;
