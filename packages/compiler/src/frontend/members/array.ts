import { defaultMaxEntries, type Expression, membersOf, type Shape } from "@forego/ir";
import { type ArrowFunction, type CallExpression, type Identifier, Node } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { bindPattern } from "../bind-pattern.ts";
import { callNamed } from "../call-function.ts";
import { visitBlock } from "../statements.ts";
import {
  booleanType,
  isAlways,
  isPrimitive,
  itemsOf,
  lengthType,
  present,
  requireKnown,
} from "../value-types.ts";
import { visitCondition, visitExpression } from "../visit.ts";
import { localNode, originOf, type VisitContext } from "../visit-context.ts";

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
  const items = present(requireItems(call, array));
  if (membersOf(items.shape).some((member) => member.kind === "unknown")) return refuse(call, "FG2006");
  if (!isPrimitive(items) || !isPrimitive(value.type)) return refuse(call, "FG2017");
  return { kind: "includes", array, value, type: booleanType, origin: originOf(call, context) };
}

/** `array.some(condition)` */
export function callSome(call: CallExpression, array: Expression, context: VisitContext): Expression {
  const { local, body } = readCallback(call, array, context, visitCondition);
  return { kind: "some", array, local, body, type: booleanType, origin: originOf(call, context) };
}

/** `array.every(condition)` */
export function callEvery(call: CallExpression, array: Expression, context: VisitContext): Expression {
  const { local, body } = readCallback(call, array, context, visitCondition);
  return { kind: "every", array, local, body, type: booleanType, origin: originOf(call, context) };
}

/** `array.filter(condition)` */
export function callFilter(call: CallExpression, array: Expression, context: VisitContext): Expression {
  const { local, body } = readCallback(call, array, context, visitCondition);
  return {
    kind: "filter",
    array,
    local,
    body,
    type: present(array.type.shape),
    origin: originOf(call, context),
  };
}

/** `array.map(value)` */
export function callMap(call: CallExpression, array: Expression, context: VisitContext): Expression {
  const { local, body } = readCallback(call, array, context, visitExpression);
  if (body.type.undefinable) {
    return refuse(call, "FG2025", "a list cannot hold undefined", "give the value a default with ??");
  }
  const shape: Shape = { kind: "array", items: body.type.shape, max: maxItems(array) };
  return { kind: "map", array, local, body, type: present(shape), origin: originOf(call, context) };
}

type VisitBody = (node: Node, context: VisitContext) => Expression;

function readCallback(call: CallExpression, array: Expression, context: VisitContext, visitBody: VisitBody) {
  const callback = requireCallback(call);
  const items = requireItems(call, array);
  const place = Node.isArrowFunction(callback) ? callback.getParameters()[0]?.getNameNode() : undefined;
  const local = context.fresh(Node.isIdentifier(place) ? place.getText() : "item");
  const item = localNode(local, present(items), originOf(place ?? callback, context));
  if (!Node.isArrowFunction(callback)) {
    const answer = callNamed(callback, item, context);
    const body = visitBody(callback, { ...context, replaced: new Map([[callback, answer]]) });
    return { local, body };
  }
  const content = callback.getBody();
  const body = bindPattern(place ?? refuse(callback, "FG2013"), item, context, (inside) =>
    Node.isBlock(content) ? visitBlock(content, inside, visitBody) : visitBody(content, inside),
  );
  return { local, body };
}

/** An arrow function in place, or the name of a helper function. */
function requireCallback(call: CallExpression): ArrowFunction | Identifier {
  const [callback, ...rest] = call.getArguments();
  if (Node.isIdentifier(callback) && rest.length === 0) return callback;
  if (!Node.isArrowFunction(callback) || rest.length > 0) return refuse(callback ?? call, "FG2013");
  const parameters = callback.getParameters();
  if (parameters.length !== 1 || callback.isAsync()) return refuse(callback, "FG2013");
  if (parameters.some((parameter) => parameter.isRestParameter() || parameter.hasInitializer())) {
    return refuse(callback, "FG2013");
  }
  return callback;
}

function requireItems(call: CallExpression, array: Expression): Shape {
  const items = itemsOf(array.type);
  if (items !== undefined) return items;
  requireKnown(array, call);
  return refuse(call, "FG2012", "this is not an array that a schema describes");
}

function maxItems(array: Expression): number {
  const arrays = membersOf(array.type.shape).flatMap((member) =>
    member.kind === "array" ? [member.max] : [],
  );
  return Math.max(0, ...arrays) || defaultMaxEntries;
}
