import type { ArithmeticNode, Expression } from "../nodes.ts";
import type { Edit } from "./edit.ts";
import { bindNode, evaluated, type Frame, type Framed, isMissing, placeOf, unfold } from "./frame.ts";

/** Changes of the input after which an expression could have a value. What they do is found out by deciding again. */
export function solveValue(framed: Framed, target: unknown): readonly Edit[] {
  const place = placeOf(framed);
  const here: readonly Edit[] = place === undefined ? [] : [{ kind: "set", place, to: target }];
  return [...here, ...solveParts(unfold(framed), target)];
}

/** A value of each type that `typeof` knows. */
const examples: ReadonlyMap<unknown, unknown> = new Map<unknown, unknown>([
  ["string", ""],
  ["number", 0],
  ["boolean", false],
  ["object", null],
]);

function solveParts([node, frame]: Framed, target: unknown): readonly Edit[] {
  const solve = (part: Expression, value: unknown) => solveValue([part, frame], value);
  switch (node.kind) {
    case "arithmetic":
      return typeof target === "number" ? solveArithmetic(node, frame, target) : [];
    case "math":
      return node.arguments.flatMap((part) => solve(part, target));
    case "conditional":
      return [...solve(node.whenTrue, target), ...solve(node.whenFalse, target)];
    case "coalesce":
      return isMissing([node.left, frame])
        ? [...solve(node.left, target), ...solve(node.right, target)]
        : solve(node.right, target);
    case "chain":
      return solveValue([node.rest, bindNode(frame, node.local, node.base)], target);
    case "length":
      return typeof target === "number" ? solveLength(node.operand, frame, target) : [];
    case "type-of":
      return examples.has(target) ? solve(node.operand, examples.get(target)) : [];
    case "text-change":
      return solve(node.text, target);
    default:
      return [];
  }
}

function solveArithmetic(
  { operator, left, right }: ArithmeticNode,
  frame: Frame,
  target: number,
): readonly Edit[] {
  const [one, other] = [Number(evaluated([left, frame])), Number(evaluated([right, frame]))];
  const solve = (part: Expression, value: number) =>
    Number.isSafeInteger(value) ? solveValue([part, frame], value) : [];
  switch (operator) {
    case "+":
      return [...solve(left, target - other), ...solve(right, target - one)];
    case "-":
      return [...solve(left, target + other), ...solve(right, one - target)];
    case "*":
      return [...solve(left, Math.floor(target / other)), ...solve(right, Math.floor(target / one))];
    case "/":
      return solve(left, target * other);
    case "%":
      return [];
  }
}

/** A list or a text that is cut, or goes on as it ends. */
function solveLength(operand: Expression, frame: Frame, length: number): readonly Edit[] {
  const value = evaluated([operand, frame]);
  if (length < 0 || length > 1000) return [];
  if (typeof value === "string")
    return solveValue([operand, frame], value.slice(0, length).padEnd(length, "x"));
  if (!Array.isArray(value) || (length > value.length && value.length === 0)) return [];
  const last: unknown = value.at(-1);
  return solveValue(
    [operand, frame],
    Array.from({ length }, (_, index) => value[index] ?? last),
  );
}
