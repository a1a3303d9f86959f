import { type Body, call, holds, type RegoOrigin, scalar, type Term, variable } from "../rego/ast.ts";
import { dropUnused } from "./drop-unused.ts";
import { freeVariables } from "./free-variables.ts";
import type { Lowering } from "./lowering.ts";

/** Bodies of what never holds. */
export const never: readonly Body[] = [];

/** Bodies of what always holds. */
export const always: readonly Body[] = [[]];

/** Makes a rule that holds when some body does, closed over exactly the variables that the bodies use; the answer calls it. */
export function predicateRule(
  hint: string,
  bodies: readonly Body[],
  lowering: Lowering,
  origin: RegoOrigin,
): Term {
  const kept = bodies.map((body) => dropUnused(body));
  const parameters = freeVariables(kept);
  const name = lowering.names.fresh(hint);
  lowering.rules.push({ kind: "predicate", name, parameters, bodies: fillBodies(kept), origin });
  return call(name, ...parameters.map(variable));
}

/** Bodies as Rego can write them: no body is one that never holds, and behind an empty one, which always does, nothing is reached. */
export function fillBodies(bodies: readonly Body[]): readonly Body[] {
  if (bodies.length === 0) return [[holds(scalar(false))]];
  const last = bodies.findIndex((body) => body.length === 0);
  return last < 0 ? bodies : bodies.slice(0, last + 1);
}
