import type { CompiledPolicy } from "../../compiled-policy.ts";
import { sayRule } from "./say-rule.ts";

/** What a policy says, in words: each rule's doc comment, which its author answers for, and what its condition says. */
export function sayPolicy(policy: CompiledPolicy, ruleId?: string): string {
  const { ir, rules, caption, file } = policy;
  const chosen = ir.rules.filter(({ id }) => ruleId === undefined || id === ruleId);
  const told = chosen.map((rule) => {
    const description = rules.find(({ id }) => id === rule.id)?.description;
    const lines = [...(description === undefined ? [] : [description]), ...sayRule(rule, ir)];
    return [`${rule.id} (${file}:${rule.origin.line})`, ...lines.map((line) => `  ${line}`)].join("\n");
  });
  const head = ruleId === undefined && caption.description !== undefined ? [caption.description] : [];
  return [...head, ...told].join("\n\n");
}
