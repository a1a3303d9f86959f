import type { RuleDocuments } from "./frontend/read-rule.ts";
import type { PolicyFacts, RuleFacts } from "./schema/policy-facts.ts";

/** The documents that a rule of a policy may read beside the contract's own. */
export function documentsOf({ data, facts, derived }: PolicyFacts, { tool }: RuleFacts): RuleDocuments {
  return {
    ...(data === undefined ? {} : { data }),
    ...(facts === undefined ? {} : { facts }),
    ...(derived === undefined ? {} : { derived }),
    ...(tool === undefined ? {} : { args: tool.args }),
  };
}
