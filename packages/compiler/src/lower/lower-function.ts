import type { IrFunction } from "@forego/ir";
import { boundInside } from "../analysis/known-outside.ts";
import { type PredicateRule, type ValueRule, variable } from "../rego/ast.ts";
import { dropUnused } from "./drop-unused.ts";
import { freeVariables } from "./free-variables.ts";
import { branchesOf } from "./lower-branches.ts";
import { lowerCondition } from "./lower-condition.ts";
import type { LoweredFunction, Lowering, LoweringScope } from "./lowering.ts";
import { isBoolean, regoOrigin, withLocal } from "./lowering.ts";
import { fillBodies } from "./predicate-rule.ts";

/** Lowers a helper function once: to a rule that holds or not when it is always boolean, else to a total function. */
export function lowerFunction(id: string, lowering: Lowering): LoweredFunction {
  const known = lowering.lowered.get(id);
  if (known !== undefined) return known;
  const source = lowering.functions.get(id);
  if (source === undefined) throw new Error(`the function ${id} has not been read`);
  const name = lowering.names.fresh(source.name);
  const variables = source.parameters.map((parameter) => lowering.names.fresh(parameter));
  const scope = scopeOf(source, name, variables);
  const { rule, isCondition } = lowerBody(source, name, scope, lowering);
  const used = variables.filter((one) => rule.parameters.includes(one));
  lowering.rules.push({ ...rule, parameters: used });
  const parameters = variables.flatMap((one, index) => (used.includes(one) ? [index] : []));
  const lowered: LoweredFunction = { name, isCondition, parameters };
  lowering.lowered.set(id, lowered);
  return lowered;
}

/** The scope of a function's body. A function that is handed something may be called in a loop. */
function scopeOf(source: IrFunction, hint: string, variables: readonly string[]): LoweringScope {
  const { parameters } = source;
  const outside: LoweringScope = { locals: new Map(), hint };
  const inside = parameters.reduce<LoweringScope>(
    (scope, parameter, index) =>
      withLocal(scope, parameter, { kind: "term", term: variable(variables[index] ?? "") }),
    outside,
  );
  if (parameters.length === 0) return inside;
  return { ...inside, loop: { binds: boundInside(source), around: undefined, outside, before: [] } };
}

interface LoweredBody {
  readonly rule: PredicateRule | ValueRule;
  readonly isCondition: boolean;
}

function lowerBody(source: IrFunction, name: string, scope: LoweringScope, lowering: Lowering): LoweredBody {
  const { type } = source.body;
  const origin = regoOrigin(source.origin);
  const metadata = source.description === undefined ? {} : { metadata: { description: source.description } };
  if (isBoolean(type)) {
    const bodies = lowerCondition(source.body, scope, lowering, true).map((body) => dropUnused(body));
    const parameters = freeVariables(bodies);
    const rule: PredicateRule = {
      kind: "predicate",
      name,
      parameters,
      bodies: fillBodies(bodies),
      origin,
      ...metadata,
    };
    return { rule, isCondition: true };
  }
  const branches = branchesOf(source.body, scope, lowering).map(({ body, value }) => ({
    body: dropUnused(body, value),
    value,
  }));
  const parameters = freeVariables(
    branches.map(({ body }) => body),
    branches.map(({ value }) => value),
  );
  const rule: ValueRule = { kind: "value", name, parameters, branches, origin, ...metadata };
  return { rule, isCondition: false };
}
