import type { CompiledPolicy } from "../../compiled-policy.ts";
import { sayDerivation, sayRule } from "./say-rule.ts";
import { sayPolicyTerms, sayTerms } from "./say-terms.ts";
import { sayTools } from "./say-tools.ts";

/** What a policy says, in words: each rule's doc comment, which its author answers for, what its condition says, and its terms; then what it declares of tools. */
export function sayPolicy(policy: CompiledPolicy, ruleId?: string): string {
  const { ir, caption, file, tools, lifts, rules } = policy;
  const infos = new Map(rules.map((info) => [info.id, info]));
  const lifted = (id: string) => (lifts.get(id)?.rules ?? []).flatMap(({ rule }) => rule ?? []);
  const all = [
    ...ir.derivations.map((one) => ({ ...one, text: () => sayDerivation(one, ir) })),
    ...ir.rules.map((one) => ({ ...one, text: () => sayRule(one, ir, lifted(one.id)) })),
  ].sort((left, right) => left.origin.line - right.origin.line);
  const told = all
    .filter(({ id }) => ruleId === undefined || id === ruleId)
    .map(({ id, origin, text }) => {
      const description = caption.rules.get(id);
      const info = infos.get(id);
      const said = [...text(), ...(info === undefined ? [] : sayTerms(info))];
      const lines = [...(description === undefined ? [] : [description]), ...said];
      return [`${id} (${file}:${origin.line})`, ...lines.map((line) => `  ${line}`)].join("\n");
    });
  const description = caption.description === undefined ? [] : [caption.description];
  const head = ruleId === undefined ? [[...description, ...sayPolicyTerms(policy)].join("\n")] : [];
  const declared = ruleId === undefined && tools.size > 0 ? [sayTools(tools).join("\n")] : [];
  return [...head, ...told, ...declared].join("\n\n");
}
