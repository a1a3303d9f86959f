import { childrenOf } from "./children.ts";
import type { IrRelease, IrRule } from "./ir-release.ts";
import type { Expression, RegoNode } from "./nodes.ts";

/** The hand-written Rego that a rule asks; `undefined` where there is none. */
export function regoOf({ predicate }: Pick<IrRule, "predicate">): RegoNode | undefined {
  return findRego(predicate);
}

/** The rules of a release that hand-written Rego decides: what they mean is not proven. */
export function regoRules({ policies }: Pick<IrRelease, "policies">): readonly IrRule[] {
  return policies.flatMap(({ rules }) => rules).filter((rule) => regoOf(rule) !== undefined);
}

function findRego(node: Expression): RegoNode | undefined {
  if (node.kind === "rego") return node;
  for (const child of childrenOf(node)) {
    const found = findRego(child);
    if (found !== undefined) return found;
  }
  return undefined;
}
