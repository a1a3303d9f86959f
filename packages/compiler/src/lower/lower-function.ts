import type { IrFunction } from "@forego/ir";
import { type PredicateRule, type ValueRule, variable } from "../rego/ast.ts";
import { dropUnused } from "./drop-unused.ts";
import { freeVariables } from "./free-variables.ts";
import { fillBodies, lowerCondition } from "./lower-condition.ts";
import { branchesOf } from "./lower-value.ts";
import type { LoweredFunction, Lowering, LoweringScope } from "./lowering.ts";
import { isBoolean, regoOrigin, withLocal } from "./lowering.ts";

/** Lowers a helper function once: to a rule that holds or not when it is always boolean, else to a total function. */
export function lowerFunction(id: string, lowering: Lowering): LoweredFunction {
  const known = lowering.lowered.get(id);
  if (known !== undefined) return known;
  const source = lowering.functions.get(id);
  if (source === undefined) throw new Error(`the function ${id} has not been read`);
  const name = lowering.names.fresh(source.name);
  const variables = source.parameters.map((parameter) => lowering.names.fresh(parameter));
  const scope = source.parameters.reduce<LoweringScope>(
    (inside, parameter, index) =>
      withLocal(inside, parameter, { kind: "term", term: variable(variables[index] ?? "") }),
    { locals: new Map(), hint: name },
  );
  const { rule, isCondition } = lowerBody(source, name, scope, lowering);
  const used = variables.filter((one) => rule.parameters.includes(one));
  lowering.rules.push({ ...rule, parameters: used });
  const parameters = variables.flatMap((one, index) => (used.includes(one) ? [index] : []));
  const lowered: LoweredFunction = { name, isCondition, parameters };
  lowering.lowered.set(id, lowered);
  return lowered;
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
