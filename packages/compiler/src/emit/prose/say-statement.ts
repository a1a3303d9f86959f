import type { CompareNode, ComparisonOperator, Expression, IncludesNode, QuantifierNode } from "@forego/ir";
import { all, any, type Clause, inline, statement } from "./clause.ts";
import { sayAnswer } from "./intrinsic-sayers.ts";
import { isCondition, nameOfEntry, type Speech, sayCondition, sayValue, withEntry } from "./say.ts";

const relations: Readonly<Record<ComparisonOperator, string>> = {
  "===": "is",
  "!==": "is not",
  "<": "is less than",
  "<=": "is at most",
  ">": "is more than",
  ">=": "is at least",
};

const opposites: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  "===": "!==",
  "!==": "===",
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
};

/** What `typeof` says, in words. */
const typeNames: ReadonlyMap<unknown, string> = new Map([
  ["string", "a text"],
  ["number", "a number"],
  ["boolean", "true or false"],
  ["object", "an object, a list or null"],
  ["undefined", "absent"],
]);

/** Says a comparison, the constant side last. */
export function sayComparison(node: CompareNode, truth: boolean, speech: Speech): Clause {
  const operator = truth ? node.operator : opposites[node.operator];
  const isEquality = operator === "===" || operator === "!==";
  const swap = isEquality && isConstant(node.left) && !isConstant(node.right);
  const [left, right] = swap ? [node.right, node.left] : [node.left, node.right];
  const isAsked = isEquality && right.kind === "undefined";
  const phrase = left.kind === "local" ? speech.locals.get(left.local) : undefined;
  if (isAsked && phrase?.presence !== undefined) return phrase.presence(operator === "!==");
  if (isAsked && left.kind === "intrinsic") return sayAnswer(left, operator === "!==", speech);
  if (isAsked) return statement(`${sayValue(left, speech)} is ${operator === "===" ? "absent" : "present"}`);
  if (isEquality && left.kind === "type-of" && right.kind === "literal")
    return statement(
      `${sayValue(left.operand, speech)} ${relations[operator]} ${typeNames.get(right.value) ?? right.value}`,
    );
  if (isEquality && isTruth(left) && isTruth(right)) return sayAgreement(left, right, operator, speech);
  return statement(`${sayValue(left, speech)} ${relations[operator]} ${sayValue(right, speech)}`);
}

function isConstant({ kind }: Expression): boolean {
  return kind === "literal" || kind === "undefined";
}

/** Whether an expression is a condition that is worth saying, and not a field that is true or false. */
function isTruth(node: Expression): boolean {
  return isCondition(node) && node.kind !== "read" && node.kind !== "literal";
}

/** Two conditions that must agree, or must not. */
function sayAgreement(left: Expression, right: Expression, operator: "===" | "!==", speech: Speech): Clause {
  const both = (one: boolean, other: boolean) =>
    all(sayCondition(left, one, speech), sayCondition(right, other, speech));
  return operator === "==="
    ? any(both(true, true), both(false, false))
    : any(both(true, false), both(false, true));
}

/** Says that a list has an entry, or has not. */
export function sayInclusion({ array, value }: IncludesNode, truth: boolean, speech: Speech): Clause {
  const isList = array.kind === "list";
  const relation = isList ? (truth ? "is one of" : "is none of") : truth ? "is in" : "is not in";
  return statement(`${sayValue(value, speech)} ${relation} ${sayValue(array, speech)}`);
}

/** Says what holds of some, every, no or not every entry of a list. */
export function sayQuantifier(node: QuantifierNode, truth: boolean, speech: Speech): Clause {
  const { kind, array, local, body } = node;
  const inside = withEntry(local, speech);
  const quantifier = kind === "every" ? (truth ? "every" : "some") : truth ? "some" : "no";
  // that not every entry is something is that some entry is not
  const told = sayCondition(body, kind === "some" || truth, inside);
  const text = inline(told);
  const name = nameOfEntry(local, speech);
  const which = `${quantifier} ${name} in ${sayValue(array, speech)}`;
  const isAbout = told.kind === "statement" && text.startsWith(`${name} `) && !text.includes(": ");
  return statement(isAbout ? `${which}${text.slice(name.length)}` : `for ${which}: ${text}`);
}
