import type { CompareNode, Expression } from "@forego/ir";
import { type Body, type ComparisonSign, compare, emptySet, type Statement, scalar } from "../rego/ast.ts";
import { bindMinus } from "./bind-minus.ts";
import { lowerCompared } from "./lower-text.ts";
import { bindValue, lowerValue } from "./lower-value.ts";
import type { Lowering, LoweringScope } from "./lowering.ts";
import { always, never } from "./predicate-rule.ts";
import { canBeNull } from "./presence.ts";

const signs: Readonly<Record<CompareNode["operator"], readonly [ComparisonSign, ComparisonSign]>> = {
  "===": ["==", "!="],
  "!==": ["!=", "=="],
  "<": ["<", ">="],
  "<=": ["<=", ">"],
  ">": [">", "<="],
  ">=": [">=", "<"],
};

/** A comparison, or its contrary. */
export function lowerComparison(
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

/** Whether a value is neither null nor undefined, or is. */
export function lowerNullish(
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
