import type { Expression, Origin } from "@forego/ir";
import type { ValueRule } from "../rego/ast.ts";
import { branchesOf, reachedBranches, truthBranches } from "./lower-branches.ts";
import { isCondition, type Lowering, type LoweringScope, regoOrigin } from "./lowering.ts";

/** The rule of a policy's module that computes a derived field. */
export function derivedRuleName(field: string): string {
  return `derived_${field}`;
}

/** Lowers what is computed to a rule that has a value for every input that its guard lets through. */
export function lowerNamedValue(
  name: string,
  value: Expression,
  origin: Origin,
  lowering: Lowering,
): ValueRule {
  const scope: LoweringScope = { locals: new Map(), hint: name };
  const branches = isCondition(value)
    ? truthBranches(value, scope, lowering)
    : branchesOf(value, scope, lowering);
  return {
    kind: "value",
    name,
    parameters: [],
    branches: reachedBranches(branches),
    origin: regoOrigin(origin),
  };
}
