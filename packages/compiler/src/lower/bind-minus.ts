import { assign, type Statement, type Term, variable } from "../rego/ast.ts";
import type { Lowering } from "./lowering.ts";

/**
 * Binds a term that begins with a minus to a variable, where it would begin a line: to Rego the line would continue the
 * one before, `some x in xs` and `-1 < x` as `some x in xs - 1 < x`. `opa fmt` takes parentheses away.
 */
export function bindMinus(term: Term, lowering: Lowering, before: Statement[]): Term {
  if (!beginsWithMinus(term)) return term;
  const name = lowering.names.fresh("number");
  before.push(assign(name, term));
  return variable(name);
}

function beginsWithMinus(term: Term): boolean {
  if (term.kind === "arithmetic") return beginsWithMinus(term.left);
  return term.kind === "scalar" && typeof term.value === "number" && term.value < 0;
}
