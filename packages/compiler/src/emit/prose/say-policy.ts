import type { CompiledPolicy } from "../../compiled-policy.ts";
import { sayDerivation, sayRule } from "./say-rule.ts";
import { sayTools } from "./say-tools.ts";

/** What a policy says, in words: each rule's doc comment, which its author answers for, and what its condition says; then what it declares of tools. */
export function sayPolicy({ ir, caption, file, tools }: CompiledPolicy, ruleId?: string): string {
  const all = [
    ...ir.derivations.map((one) => ({ ...one, text: () => sayDerivation(one, ir) })),
    ...ir.rules.map((one) => ({ ...one, text: () => sayRule(one, ir) })),
  ].sort((left, right) => left.origin.line - right.origin.line);
  const told = all
    .filter(({ id }) => ruleId === undefined || id === ruleId)
    .map(({ id, origin, text }) => {
      const description = caption.rules.get(id);
      const lines = [...(description === undefined ? [] : [description]), ...text()];
      return [`${id} (${file}:${origin.line})`, ...lines.map((line) => `  ${line}`)].join("\n");
    });
  const head = ruleId === undefined && caption.description !== undefined ? [caption.description] : [];
  const declared = ruleId === undefined && tools.size > 0 ? [sayTools(tools).join("\n")] : [];
  return [...head, ...told, ...declared].join("\n\n");
}
