import type { Expression, IncludesNode } from "@forego/ir";
import { boundLocals, knownOutside } from "../analysis/known-outside.ts";
import { becomesSet, isLong } from "../analysis/list-size.ts";
import { assign, call, type Statement, type Term, variable } from "../rego/ast.ts";
import { hintOf, lowerValue } from "./lower-value.ts";
import type { Lowering, LoweringScope } from "./lowering.ts";
import { preludeCall } from "./prelude-call.ts";

/**
 * The set of a list that is searched in a loop: made once, before the outermost loop in which the list stays the same.
 * Nothing where the list is better searched as it is.
 */
export function lowerMembers(
  { array }: IncludesNode,
  scope: LoweringScope,
  lowering: Lowering,
): Term | undefined {
  const known = becomesSet(array) ? knownOutside(array, scope.loop) : undefined;
  if (known === undefined) return undefined;
  const { list, outside: loop } = known;
  if (loop === undefined) return ruleOfMembers(list, scope, lowering);
  const term = lowerValue(list, loop.outside, lowering, loop.before);
  const name = lowering.names.fresh(nameOf(list));
  loop.before.push(assign(name, preludeCall("members", lowering, term)));
  return variable(name);
}

/** The scope in a loop. What is known before it can be bound in front of it: in `before`, in the scope outside. */
export function enterLoop(
  node: Expression & { readonly array: Expression },
  inside: LoweringScope,
  outside: LoweringScope,
  before: Statement[],
): LoweringScope {
  if (!isLong(node.array)) return inside;
  return { ...inside, loop: { binds: boundLocals(node), around: outside.loop, outside, before } };
}

/** A list that depends on nothing but documents has a rule, which OPA evaluates when it is first asked, and once. */
function ruleOfMembers(array: Expression, { hint }: LoweringScope, lowering: Lowering): Term {
  const body: Statement[] = [];
  const list = lowerValue(array, { locals: new Map(), hint }, lowering, body);
  const key = JSON.stringify([list, body]);
  const known = lowering.members.get(key);
  if (known !== undefined) return call(known);
  const name = lowering.names.fresh(nameOf(array));
  const value = preludeCall("members", lowering, list);
  lowering.rules.push({ kind: "value", name, parameters: [], branches: [{ body, value }] });
  lowering.members.set(key, name);
  return call(name);
}

function nameOf(array: Expression): string {
  return `members_of_${hintOf(array)}`;
}
