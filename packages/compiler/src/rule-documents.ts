import { mostCounted } from "@forego/core";
import type { ObjectShape, Property, Shape } from "@forego/ir";
import type { RuleDocuments } from "./frontend/read-rule.ts";
import type { PolicyFacts, RuleFacts } from "./schema/policy-facts.ts";

/** The documents that a rule of a policy may read beside the contract's own. */
export function documentsOf(policy: PolicyFacts, { tool }: RuleFacts): RuleDocuments {
  const { data, facts, derived, name, state } = policy;
  return {
    ...(data === undefined ? {} : { data }),
    ...(facts === undefined ? {} : { facts }),
    ...(derived === undefined ? {} : { derived }),
    ...(Array.isArray(state) ? { state: { policy: String(name), limits: stateShape(state) } } : {}),
    ...(tool === undefined ? {} : { args: tool.args }),
  };
}

const count: Shape = { kind: "number", integer: true, min: 0, max: mostCounted };

/** What is known of each limit: what is used of it, what it is, and what is left. */
function stateShape(names: readonly unknown[]): ObjectShape {
  const known = (shape: Shape): Property => ({ shape, optional: false });
  const counts = { used: known(count), limit: known(count), remaining: known(count) };
  const limits = names.map((name) => [String(name), known({ kind: "object", properties: counts })] as const);
  return { kind: "object", properties: Object.fromEntries(limits) };
}
