import type { CompareNode, Expression, RegoNode } from "@forego/ir";
import {
  type Body,
  type ComparisonSign,
  call,
  compare,
  emptySet,
  holds,
  not,
  type RegoOrigin,
  reference,
  type Statement,
  scalar,
  type Term,
  variable,
} from "../rego/ast.ts";
import { bindMinus } from "./bind-minus.ts";
import { dropUnused } from "./drop-unused.ts";
import { freeVariables } from "./free-variables.ts";
import { lowerIntrinsic, lowerTimeOrder } from "./lower-intrinsic.ts";
import { iterate } from "./lower-list.ts";
import { lowerMembers } from "./lower-members.ts";
import { lowerCompared, lowerMadeOf } from "./lower-text.ts";
import {
  bindLet,
  bindValue,
  callFunction,
  canBeNull,
  lowerValue,
  preludeCall,
  presence,
} from "./lower-value.ts";
import { isCondition, type Lowering, type LoweringScope, regoOrigin, withLocal } from "./lowering.ts";

const never: readonly Body[] = [];
const always: readonly Body[] = [[]];

/**
 * Lowers a condition to bodies: some body holds exactly when the condition is what `wanted` says. There are two sets
 * of bodies for each condition, and no negation of anything but calls over bound variables: in Rego, `not` of an
 * undefined value is no negation. Since every value is defined, the two sets never hold together.
 */
export function lowerCondition(
  node: Expression,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const condition = (child: Expression, want: boolean) => lowerCondition(child, scope, lowering, want);
  switch (node.kind) {
    case "literal":
      return (node.value === true) === wanted ? always : never;
    case "not":
      return condition(node.operand, !wanted);
    case "and":
    case "or": {
      // a && b is true when both are, and false when either is; a || b the other way round
      const both = (node.kind === "and") === wanted;
      const left = condition(node.left, wanted);
      const right = condition(node.right, wanted);
      return both ? product(left, right, node.right, scope, lowering) : [...left, ...right];
    }
    case "conditional": {
      const whenTrue = condition(node.whenTrue, wanted);
      const whenFalse = condition(node.whenFalse, wanted);
      return [
        ...product(condition(node.test, true), whenTrue, node.whenTrue, scope, lowering),
        ...product(condition(node.test, false), whenFalse, node.whenFalse, scope, lowering),
      ];
    }
    case "let": {
      const before: Statement[] = [];
      const inside = bindLet(node, scope, lowering, before);
      return lowerCondition(node.body, inside, lowering, wanted).map((body) => [...before, ...body]);
    }
    case "some":
    case "every":
      return lowerQuantifier(node, scope, lowering, wanted);
    case "chain": {
      const bodies = lowerPresent(node, scope, lowering, true);
      return wanted ? bodies : negated(bodies, node, scope, lowering);
    }
    case "coalesce":
      return lowerDefault(node, scope, lowering, wanted);
    case "compare":
      return lowerComparison(node, scope, lowering, wanted);
    case "nullish":
      return lowerNullish(node, scope, lowering, wanted);
    case "local":
      return lowerLocalCondition(node, scope, lowering, wanted);
    default:
      return lowerTest(node, scope, lowering, wanted);
  }
}

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

/** Bodies that hold when both sides do. Where both have several, the right ones move into a rule, so that sizes add up and do not multiply. */
function product(
  left: readonly Body[],
  right: readonly Body[],
  node: Expression,
  scope: LoweringScope,
  lowering: Lowering,
): readonly Body[] {
  const isLarge = left.length > 1 && right.length > 1;
  const single = isLarge
    ? [[holds(predicateRule(scope.hint, right, lowering, regoOrigin(node.origin)))]]
    : right;
  return left.flatMap((one) => single.map((other) => [...one, ...other]));
}

function lowerQuantifier(
  node: Extract<Expression, { kind: "some" | "every" }>,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const before: Statement[] = [];
  const { enter, inside } = iterate(node, scope, lowering, before);
  // some: an item for which it is true; every: no item for which it is false
  const found = lowerCondition(node.body, inside, lowering, node.kind === "some").map(
    (body): Body => [...before, enter, ...body],
  );
  return (node.kind === "some") === wanted ? found : negated(found, node, scope, lowering);
}

/** A body that holds when none of the given ones does. */
function negated(
  bodies: readonly Body[],
  node: Expression,
  scope: LoweringScope,
  lowering: Lowering,
): readonly Body[] {
  if (bodies.length === 0) return always;
  return [[not(holds(predicateRule(scope.hint, bodies, lowering, regoOrigin(node.origin))))]];
}

/** `left ?? true` and `left ?? false`, where left may be missing. */
function lowerDefault(
  node: Extract<Expression, { kind: "coalesce" }>,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const byDefault = node.right.kind === "literal" && node.right.value === true;
  // the answer that the left side must give itself: the other one is what is missing, too
  const strict = !byDefault;
  if (node.left.kind === "chain") {
    const bodies = lowerPresent(node.left, scope, lowering, strict);
    return wanted === strict ? bodies : negated(bodies, node, scope, lowering);
  }
  const before: Statement[] = [];
  const term = lowerValue(node.left, scope, lowering, before);
  return [[...before, compare(term, wanted === strict ? "==" : "!=", scalar(strict))]];
}

/** Bodies that hold when an optional chain leads somewhere, and what is there is what is wanted. */
function lowerPresent(
  node: Extract<Expression, { kind: "chain" }>,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const before: Statement[] = [];
  const base = bindValue(node.base, scope, lowering, before);
  const inside = withLocal(scope, node.local, { kind: "term", term: base });
  const isThere = [...before, ...presence(base, node.base)];
  return lowerKnown(node.rest, inside, lowering, wanted).map((body) => [...isThere, ...body]);
}

/** As a condition, but what is missing is neither true nor false. */
function lowerKnown(
  node: Expression,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  if (wanted || (!node.type.undefinable && !canBeNull(node)))
    return lowerCondition(node, scope, lowering, wanted);
  const before: Statement[] = [];
  const term = lowerValue(node, scope, lowering, before);
  return [[...before, compare(term, "==", scalar(false))]];
}

const signs: Readonly<Record<CompareNode["operator"], readonly [ComparisonSign, ComparisonSign]>> = {
  "===": ["==", "!="],
  "!==": ["!=", "=="],
  "<": ["<", ">="],
  "<=": ["<=", ">"],
  ">": [">", "<="],
  ">=": [">=", "<"],
};

function lowerComparison(
  node: CompareNode,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const [sign, opposite] = signs[node.operator];
  // OPA refuses a comparison that its types decide: so do we, before it sees it
  if (!canBeEqual(node)) return (node.operator === "!==") === wanted ? always : never;
  const before: Statement[] = [];
  const value = (child: Expression) => lowerValue(child, scope, lowering, before);
  const left = bindMinus(lowerCompared(node.left, node.right, value, lowering), lowering, before);
  const right = lowerCompared(node.right, node.left, value, lowering);
  return [[...before, compare(left, wanted ? sign : opposite, right)]];
}

/** Whether the sides of an equation can ever be the same: `undefined` and null need a side that can be so. */
function canBeEqual({ operator, left, right }: CompareNode): boolean {
  if (operator !== "===" && operator !== "!==") return true;
  if (left.kind === "undefined" || right.kind === "undefined")
    return left.type.undefinable && right.type.undefinable;
  if (isNull(left) || isNull(right)) return canBeNull(left) && canBeNull(right);
  return true;
}

function isNull(node: Expression): boolean {
  return node.kind === "literal" && node.value === null;
}

function lowerNullish(
  node: Extract<Expression, { kind: "nullish" }>,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const { operand } = node;
  const absent = [
    ...(operand.type.undefinable ? [emptySet] : []),
    ...(canBeNull(operand) ? [scalar(null)] : []),
  ];
  if (absent.length === 0) return wanted ? never : always;
  const before: Statement[] = [];
  const term = bindValue(operand, scope, lowering, before);
  if (wanted) return absent.map((value) => [...before, compare(term, "==", value)]);
  return [[...before, ...absent.map((value) => compare(term, "!=", value))]];
}

function lowerLocalCondition(
  node: Extract<Expression, { kind: "local" }>,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const lowered = scope.locals.get(node.local);
  if (lowered?.kind === "condition") return [[wanted ? holds(lowered.holds) : not(holds(lowered.holds))]];
  return lowerTest(node, scope, lowering, wanted);
}

/** One statement that is true or not: over bound variables, so that it can be negated. */
function lowerTest(
  node: Expression,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const before: Statement[] = [];
  const operand = (child: Expression) =>
    wanted ? lowerValue(child, scope, lowering, before) : bindValue(child, scope, lowering, before);
  const test = (statement: Statement): readonly Body[] => [[...before, wanted ? statement : not(statement)]];
  switch (node.kind) {
    case "includes": {
      const members = lowerMembers(node, scope, lowering);
      if (members !== undefined) {
        const key = bindValue(node.value, scope, lowering, before);
        return test(holds({ kind: "lookup", set: members, key }));
      }
      const value = operand(node.value);
      const array = operand(node.array);
      return test(compare(bindMinus(value, lowering, before), "in", array));
    }
    case "text-test":
      return test(holds(call(textTests[node.test], operand(node.text), operand(node.part))));
    case "has-key": {
      const record = lowerValue(node.record, scope, lowering, before);
      const key = lowerValue(node.key, scope, lowering, before);
      const found = preludeCall("get", lowering, record, key);
      return [[...before, compare(found, wanted ? "!=" : "==", emptySet)]];
    }
    case "pattern-test":
      return test(holds(call("regex.match", scalar(node.re2), operand(node.text))));
    case "made-of":
      return lowerMadeOf(node, bindValue(node.text, scope, lowering, before), before, wanted);
    case "rego":
      return test(compare(scalar(nameOf(node)), "in", reference("data", ...node.package, "hits")));
    case "intrinsic": {
      if (isCondition(node)) {
        const order = lowerTimeOrder(node, operand, wanted, lowering);
        return order === undefined
          ? test(holds(lowerIntrinsic(node, operand, lowering)))
          : [[...before, order]];
      }
      const isHeld = compareTruth(operand(node), wanted, node);
      return [[...before, isHeld]];
    }
    case "call": {
      const called = callFunction(node, lowering, operand);
      if (called.isCondition) return test(holds(called.term));
      return [[...before, compareTruth(called.term, wanted, node)]];
    }
    default: {
      const term = operand(node);
      return [[...before, compareTruth(term, wanted, node)]];
    }
  }
}

const textTests = { startsWith: "startswith", endsWith: "endswith", includes: "contains" } as const;

/** What a rule is called in its policy. */
function nameOf({ rule }: RegoNode): string {
  return rule.split(".").at(-1) ?? "";
}

/** Only true is true: null and undefined are not, and so not false either. */
function compareTruth(term: Term, wanted: boolean, node: Expression): Statement {
  if (wanted) return compare(term, "==", scalar(true));
  const mayBeAbsent = node.type.undefinable || canBeNull(node);
  return mayBeAbsent ? compare(term, "!=", scalar(true)) : compare(term, "==", scalar(false));
}
