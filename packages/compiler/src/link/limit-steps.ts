import type { IrRule } from "@forego/ir";
import { inDigits, type RuleCost } from "../analysis/rule-cost.ts";
import type { CompiledPolicy } from "../compiled-policy.ts";
import { createDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";

/** The most steps of one decision: with more, lists at their maxima hold up the process for minutes. */
const mostSteps = 1_000_000_000;

/** Reports a release in which some decision could take too many steps, at the loop that takes the most of them. */
export function findTooManySteps(policies: readonly CompiledPolicy[]): readonly Diagnostic[] {
  const parts = policies.flatMap((policy) => [...partsOf(policy), ...derivedPartsOf(policy, policies)]);
  for (const decision of decisionsOf(parts.flatMap(({ rules }) => rules))) {
    const costs = parts.flatMap(({ rules, cost }) => (rules.some(decision.asks) ? [cost] : []));
    const steps = costs.reduce((sum, cost) => sum + cost.steps, 0);
    const { loop } = costs.reduce<RuleCost>(withLargerLoop, { steps: 0 });
    if (steps > mostSteps && loop !== undefined) {
      const message = `a decision could take ${inDigits(steps)} steps, and ${inDigits(loop.steps)} of them in this loop`;
      return [createDiagnostic("FG3002", loop.place, loop.source, { message })];
    }
  }
  return [];
}

/** What is evaluated, once, where a decision asks any of some rules. */
interface Part {
  readonly rules: readonly IrRule[];
  readonly cost: RuleCost;
}

function partsOf({ ir, costs }: CompiledPolicy): readonly Part[] {
  return ir.rules.map((rule) => ({ rules: [rule], cost: costs.get(rule.id) ?? { steps: 0 } }));
}

/** What a policy derives, with the rules that read it. */
function derivedPartsOf(
  { derivations }: CompiledPolicy,
  policies: readonly CompiledPolicy[],
): readonly Part[] {
  return [...derivations].map(([field, { cost }]) => {
    const rules = policies.flatMap(({ ir, uses }) => {
      const ids = uses.flatMap((use) => (use.field === field ? use.rules : []));
      return ir.rules.filter(({ id }) => ids.includes(id));
    });
    return { rules, cost };
  });
}

/** Each phase with each tool: the rules that one decision asks. */
function decisionsOf(rules: readonly IrRule[]): readonly { asks(rule: IrRule): boolean }[] {
  const tools = new Set([undefined, ...rules.map(({ tool }) => tool)]);
  return [...new Set(rules.flatMap(({ on }) => on))].flatMap((phase) =>
    [...tools].map((called) => ({
      asks: ({ on, tool }: IrRule) => on.includes(phase) && (tool === undefined || tool === called),
    })),
  );
}

function withLargerLoop(one: RuleCost, other: RuleCost): RuleCost {
  return (other.loop?.steps ?? 0) > (one.loop?.steps ?? 0) ? other : one;
}
