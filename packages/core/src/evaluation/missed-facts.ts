import type { Input } from "../contract/contract.ts";
import type { PreparedCall } from "../input/prepare-call.ts";
import type { EngineOutput } from "../release/engine.ts";
import { harmlessEffects } from "../release/release.ts";

/**
 * Facts that a provider failed to tell, and that a rule went on without, since its schema says that they may be absent:
 * paths of the input. That there is none is another thing than that nobody knows. Rules that restrict count whatever
 * they came to, those that allow or lift where they did so.
 */
export function missedFacts(
  { setup, factFailures }: PreparedCall,
  { action: { type, tool, server } }: Input,
  { hits, invalid }: EngineOutput,
): readonly string[] {
  const unknown = factFailures.filter((failure) => failure.isAbsent !== true);
  if (unknown.length === 0) return [];
  const beside = server === null ? undefined : setup.servers.get(server)?.rules.applicable(type, tool).rules;
  const goneOn = [
    ...setup.rules.applicable(type, tool).rules,
    ...(beside ?? []).map((rule) => ({ ...rule, id: `${server}/${rule.id}` })),
  ].filter(
    ({ id, effect }) =>
      effect !== "audit" && !invalid.includes(id) && (!harmlessEffects.has(effect) || hits.includes(id)),
  );
  const paths = goneOn.flatMap(({ requires }) => requires);
  return unknown
    .map(({ fact }) => `facts.${fact}`)
    .filter((path) => paths.some((one) => one === path || one.startsWith(`${path}.`)));
}
