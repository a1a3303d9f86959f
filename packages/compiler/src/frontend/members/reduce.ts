import type { Expression, Shape } from "@forego/ir";
import { type ArrowFunction, type CallExpression, Node, SyntaxKind } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { sumType } from "../../types/sum-type.ts";
import { maxItemsOf, present } from "../../types/value-types.ts";
import { bindPattern } from "../bind-pattern.ts";
import { visitExpression } from "../visit.ts";
import { localNode, originOf, type VisitContext, withBindings } from "../visit-context.ts";
import { requireItems } from "./callback.ts";

const onlySums = "of all folds, the policy language has sums";
const fix =
  "write reduce((sum, item) => sum + item.size, 0), and sum + -item.size for what is taken away; whether the largest is above a limit: list.some((item) => item.size > limit)";

/** `array.reduce((sum, item) => sum + value, initial)` */
export function callReduce(call: CallExpression, array: Expression, context: VisitContext): Expression {
  const [callback, start, ...rest] = call.getArguments();
  if (!Node.isArrowFunction(callback) || start === undefined || rest.length > 0)
    return refuse(callback ?? call, "FG2013", onlySums, fix);
  const initial = visitExpression(start, context);
  const items = requireItems(call, array);
  const [sum, item, ...others] = callback.getParameters().map((parameter) => parameter.getNameNode());
  const added = addend(callback, sum);
  if (added === undefined || sum === undefined || item === undefined || others.length > 0)
    return refuse(callback, "FG2013", onlySums, fix);
  const local = context.fresh(Node.isIdentifier(item) ? item.getText() : "item");
  const origin = originOf(call, context);
  const inside = withBindings(context, [[sum.getSymbolOrThrow(), { kind: "changing" }]]);
  const body = bindPattern(item, localNode(local, items, originOf(item, context)), inside, (named) =>
    visitExpression(added, named),
  );
  const shape: Shape = { kind: "array", items: body.type.shape, max: maxItemsOf(array.type) };
  const type = body.type.undefinable ? present({ ...shape, holes: true }) : present(shape);
  const all: Expression = { kind: "map", array, local, body, type, origin };
  return { kind: "sum", initial, array: all, type: sumType(initial.type, type, call), origin };
}

/** What is added to the sum: the other side of the `+` that the callback gives. */
function addend(callback: ArrowFunction, sum: Node | undefined): Node | undefined {
  const body = callback.getBody();
  const isSum = Node.isBinaryExpression(body) && body.getOperatorToken().getKind() === SyntaxKind.PlusToken;
  if (!isSum || !Node.isIdentifier(sum)) return undefined;
  const [left, right] = [body.getLeft(), body.getRight()];
  if (left.getSymbol() === sum.getSymbol()) return right;
  return right.getSymbol() === sum.getSymbol() ? left : undefined;
}
