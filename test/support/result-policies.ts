import type { PolicyFiles } from "./build-release.ts";

/** What adapters do with results: something is taken out of those of `crm`, and `spend` is charged. */
export const resultPolicies: PolicyFiles = {
  "privacy.policy.ts": `
    import { policy, tool } from "@forego/dsl";
    import { z } from "zod";
    const crm = tool("crm", z.object({}));
    export default policy({
      category: "compliance",
      name: "privacy",
      version: "1.0.0",
      rules: ({ redact }) => ({ numbers: redact({ reason: "no_ssn", tool: crm, paths: ["result.ssn"], when: () => true }) }),
    });
  `,
  "limits.policy.ts": `
    import { policy, tool } from "@forego/dsl";
    import { z } from "zod";
    const spend = tool("spend", z.object({}));
    export default policy({
      category: "workflow",
      name: "limits",
      version: "1.0.0",
      rules: ({ budget }) => ({ once: budget({ reason: "spent", tool: spend, window: { hours: 1 }, limit: 100, cost: 60 }) }),
    });
  `,
};
