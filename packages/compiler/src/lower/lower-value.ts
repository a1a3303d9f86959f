import type { CallNode, Expression, Local } from "@forego/ir";
import { membersOf } from "@forego/ir";
import {
  assign,
  call,
  emptySet,
  holds,
  reference,
  type Statement,
  scalar,
  type Term,
  variable,
} from "../rego/ast.ts";
import { lowerArithmetic, lowerMath } from "./lower-arithmetic.ts";
import { branchesOf, truthBranches, valueRule } from "./lower-branches.ts";
import { lowerCondition } from "./lower-condition.ts";
import { lowerFunction } from "./lower-function.ts";
import { lowerIntrinsic } from "./lower-intrinsic.ts";
import { lowerList } from "./lower-list.ts";
import { lowerRead } from "./lower-read.ts";
import { lowerText } from "./lower-text.ts";
import { isCondition, type Lowering, type LoweringScope, regoOrigin, withLocal } from "./lowering.ts";
import { predicateRule } from "./predicate-rule.ts";
import { get, preludeCall } from "./prelude-call.ts";
import { presence } from "./presence.ts";

/**
 * Lowers an expression to a term; the statements that the term needs are pushed onto `before`. The term is defined
 * for every input: JavaScript's `undefined` is `set()`, a value that JSON cannot hold.
 */
export function lowerValue(
  node: Expression,
  scope: LoweringScope,
  lowering: Lowering,
  before: Statement[],
): Term {
  const value = (child: Expression) => lowerValue(child, scope, lowering, before);
  if (isCondition(node)) return truthOf(node, scope, lowering);
  switch (node.kind) {
    case "literal":
      return scalar(node.value);
    case "list":
      return { kind: "array", items: node.items.map((item) => scalar(item.value)) };
    case "undefined":
      return emptySet;
    case "read":
      return lowerRead(node, lowering);
    case "local":
      return lowerLocal(node.local, scope, lowering);
    case "property": {
      const object = value(node.object);
      const isThere = !node.optional && object.kind === "variable";
      return isThere ? reference(object.name, node.name) : get(object, scalar(node.name), lowering);
    }
    case "entry":
      return get(value(node.record), value(node.key), lowering);
    case "length":
      return lengthOf(node.operand, value(node.operand), lowering);
    case "type-of":
      return preludeCall("type_of", lowering, value(node.operand));
    case "concat":
    case "split":
    case "text-change":
      return lowerText(node, value, lowering);
    case "intrinsic":
      return lowerIntrinsic(node, value, lowering);
    case "filter":
    case "map":
    case "array":
    case "table":
    case "at":
    case "slice":
    case "find-index":
    case "flat-map":
    case "until":
    case "sum":
    case "keys":
    case "values":
      return lowerList(node, scope, lowering, before);
    case "arithmetic":
      return lowerArithmetic(node, value, lowering);
    case "math":
      return lowerMath(node, value, lowering);
    case "let":
      return lowerValue(node.body, bindLet(node, scope, lowering, before), lowering, before);
    case "call":
      return callValue(node, scope, lowering, before);
    case "chain":
      return lowerChain(node, scope, lowering, before);
    case "coalesce":
      return lowerCoalesce(node, scope, lowering, before);
    default:
      return lowerBranches(node, scope, lowering);
  }
}

/** Lowers a value, and binds it to a variable unless it is one, or a scalar: `not` and calls only see such terms. */
export function bindValue(
  node: Expression,
  scope: LoweringScope,
  lowering: Lowering,
  before: Statement[],
): Term {
  const term = lowerValue(node, scope, lowering, before);
  const isSimple =
    term.kind === "variable" || term.kind === "scalar" || (term.kind === "set" && term.items.length === 0);
  if (isSimple) return term;
  const name = lowering.names.fresh(hintOf(node));
  before.push(assign(name, term));
  return variable(name);
}

/** Binds the value of a `let`: a condition becomes a rule of its own, anything else a variable. */
export function bindLet(
  node: Extract<Expression, { kind: "let" }>,
  scope: LoweringScope,
  lowering: Lowering,
  before: Statement[],
): LoweringScope {
  if (isCondition(node.value)) {
    const bodies = lowerCondition(node.value, scope, lowering, true);
    const rule = predicateRule(node.local, bodies, lowering, regoOrigin(node.value.origin));
    return withLocal(scope, node.local, { kind: "condition", holds: rule });
  }
  const term = lowerValue(node.value, scope, lowering, before);
  const name = lowering.names.fresh(node.local);
  before.push(assign(name, term));
  return withLocal(scope, node.local, { kind: "term", term: variable(name) });
}

/** The Rego function or rule that an IR function became, handed its arguments as `operand` lowers them. */
export function callFunction(
  node: CallNode,
  lowering: Lowering,
  operand: (argument: Expression) => Term,
): { readonly term: Term; readonly isCondition: boolean } {
  const { name, isCondition: holdsOrNot, parameters } = lowerFunction(node.function, lowering);
  const args = parameters.flatMap((index) => {
    const argument = node.arguments[index];
    return argument === undefined ? [] : [operand(argument)];
  });
  return { term: call(name, ...args), isCondition: holdsOrNot };
}

function lowerLocal(local: Local, scope: LoweringScope, lowering: Lowering): Term {
  const lowered = scope.locals.get(local);
  if (lowered === undefined) throw new Error(`the local ${local} has not been bound`);
  if (lowered.kind === "term") return lowered.term;
  return valueRule(
    [
      { body: [holds(lowered.holds)], value: scalar(true) },
      { body: [], value: scalar(false) },
    ],
    scope,
    lowering,
  );
}

function lengthOf(operand: Expression, term: Term, lowering: Lowering): Term {
  const isArray = membersOf(operand.type.shape).some((member) => member.kind === "array");
  return isArray ? call("count", term) : preludeCall("utf16_length", lowering, term);
}

function callValue(node: CallNode, scope: LoweringScope, lowering: Lowering, before: Statement[]): Term {
  const { term, isCondition: holdsOrNot } = callFunction(node, lowering, (argument) =>
    lowerValue(argument, scope, lowering, before),
  );
  if (!holdsOrNot) return term;
  return valueRule(
    [
      { body: [holds(term)], value: scalar(true) },
      { body: [], value: scalar(false) },
    ],
    scope,
    lowering,
  );
}

function lowerChain(
  node: Extract<Expression, { kind: "chain" }>,
  scope: LoweringScope,
  lowering: Lowering,
  before: Statement[],
): Term {
  const base = bindValue(node.base, scope, lowering, before);
  const inside = withLocal(scope, node.local, { kind: "term", term: base });
  const { rest } = node;
  // get() of what is not an object is undefined already
  const isField =
    rest.kind === "property" && rest.object.kind === "local" && rest.object.local === node.local;
  if (isField) return get(base, scalar(rest.name), lowering);
  const isThere = presence(base, node.base);
  const present = branchesOf(rest, inside, lowering).map(({ body, value }) => ({
    body: [...isThere, ...body],
    value,
  }));
  return valueRule([...present, { body: [], value: emptySet }], scope, lowering);
}

function lowerCoalesce(
  node: Extract<Expression, { kind: "coalesce" }>,
  scope: LoweringScope,
  lowering: Lowering,
  before: Statement[],
): Term {
  const left = bindValue(node.left, scope, lowering, before);
  return valueRule(
    [{ body: presence(left, node.left), value: left }, ...branchesOf(node.right, scope, lowering)],
    scope,
    lowering,
  );
}

function lowerBranches(node: Expression, scope: LoweringScope, lowering: Lowering): Term {
  return valueRule(branchesOf(node, scope, lowering), scope, lowering);
}

/** The truth of a condition, as a value. */
function truthOf(node: Expression, scope: LoweringScope, lowering: Lowering): Term {
  return valueRule(truthBranches(node, scope, lowering), scope, lowering);
}

/** A name for a bound value, close to what the policy calls it. */
export function hintOf(node: Expression): string {
  switch (node.kind) {
    case "read":
      return node.path.at(-1) ?? "value";
    case "local":
      return node.local;
    case "property":
      return node.name;
    case "type-of":
      return "type";
    case "length":
      return "length";
    case "filter":
      return "kept";
    case "chain":
      return hintOf(node.rest);
    default:
      return "value";
  }
}
