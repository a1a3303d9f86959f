import { type Expression, type Local, membersOf, type Shape } from "@forego/ir";
import type { CallExpression, Node } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import {
  booleanType,
  holesOf,
  isAlways,
  isPrimitive,
  leftOf,
  lengthType,
  maxItemsOf,
  orderOf,
  present,
  requireKnown,
} from "../../types/value-types.ts";
import { mentions } from "../build-expression.ts";
import { visitCondition, visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";
import { readCallback, requireItems } from "./callback.ts";

/** `array.length` */
export function readArrayLength(node: Node, operand: Expression, context: VisitContext): Expression {
  // of a union with objects, TypeScript finds the array's `length` and the object's under one name
  if (!isAlways(operand.type, "array"))
    return refuse(node, "FG2012", "'length' is read of what is not always an array");
  return { kind: "length", operand, type: lengthType(operand.type), origin: originOf(node, context) };
}

/** `array.includes(value)`, for arrays of strings, numbers and booleans */
export function callIncludes(call: CallExpression, array: Expression, context: VisitContext): Expression {
  const [argument, ...rest] = call.getArguments();
  if (argument === undefined || rest.length > 0)
    return refuse(call, "FG2012", "includes() takes one value here", "search the whole list");
  const value = visitExpression(argument, context);
  requireKnown(value, argument);
  const items = requireItems(call, array);
  if (membersOf(items.shape).some((member) => member.kind === "unknown")) return refuse(call, "FG2006");
  if (!isPrimitive(items) || !isPrimitive(value.type)) return refuse(call, "FG2017");
  return { kind: "includes", array, value, type: booleanType, origin: originOf(call, context) };
}

/** `array.some(condition)` */
export function callSome(call: CallExpression, array: Expression, context: VisitContext): Expression {
  const { local, body } = readCallback(call, array, context, visitCondition);
  const origin = originOf(call, context);
  const value = soughtValue(local, body, "===");
  if (value !== undefined) return { kind: "includes", array, value, type: booleanType, origin };
  return { kind: "some", array, local, body, type: booleanType, origin };
}

/** `array.every(condition)` */
export function callEvery(call: CallExpression, array: Expression, context: VisitContext): Expression {
  const { local, body } = readCallback(call, array, context, visitCondition);
  const origin = originOf(call, context);
  const value = soughtValue(local, body, "!==");
  if (value === undefined) return { kind: "every", array, local, body, type: booleanType, origin };
  const operand: Expression = { kind: "includes", array, value, type: booleanType, origin };
  return { kind: "not", operand, type: booleanType, origin };
}

/** The value that items are compared with, and nothing else is asked of them: searching is cheaper than asking each. */
function soughtValue(local: Local, body: Expression, operator: "===" | "!=="): Expression | undefined {
  if (body.kind !== "compare" || body.operator !== operator) return undefined;
  const { left, right } = body;
  if (!isPrimitive(left.type) || !isPrimitive(right.type)) return undefined;
  const isItem = (node: Expression) => node.kind === "local" && node.local === local;
  if (isItem(left)) return mentions(right, local) ? undefined : right;
  return isItem(right) && !mentions(left, local) ? left : undefined;
}

/** `array.filter(condition)` */
export function callFilter(call: CallExpression, array: Expression, context: VisitContext): Expression {
  const { local, body } = readCallback(call, array, context, visitCondition);
  return {
    kind: "filter",
    array,
    local,
    body,
    type: leftOf(array.type),
    origin: originOf(call, context),
  };
}

/** `array.map(value)` */
export function callMap(call: CallExpression, array: Expression, context: VisitContext): Expression {
  const { local, body } = readCallback(call, array, context, visitExpression);
  const shape: Shape = {
    kind: "array",
    items: body.type.shape,
    max: maxItemsOf(array.type),
    ...holesOf(body.type),
    ...orderOf(array.type),
  };
  return { kind: "map", array, local, body, type: present(shape), origin: originOf(call, context) };
}
