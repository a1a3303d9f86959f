import type { Expression, Local, ValueType } from "@forego/ir";
import { type ArrowFunction, type CallExpression, type Identifier, Node } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { itemTypeOf, requireKnown } from "../../types/value-types.ts";
import { bindPattern } from "../bind-pattern.ts";
import { callNamed } from "../call-function.ts";
import { refuseGuard } from "../refuse-guard.ts";
import { visitBlock } from "../statements/statements.ts";
import { localNode, originOf, type VisitContext } from "../visit-context.ts";
import { twiceRewrite } from "./rewrites.ts";

type VisitBody = (node: Node, context: VisitContext) => Expression;

/** A callback, read: the local that stands for an item, and what is said about it. */
interface Callback {
  readonly local: Local;
  readonly body: Expression;
}

/** Reads the callback of an array method. */
export function readCallback(
  call: CallExpression,
  array: Expression,
  context: VisitContext,
  visitBody: VisitBody,
): Callback {
  const callback = requireCallback(call);
  const items = requireItems(call, array);
  const place = Node.isArrowFunction(callback) ? callback.getParameters()[0]?.getNameNode() : undefined;
  const local = context.fresh(Node.isIdentifier(place) ? place.getText() : "item");
  const item = localNode(local, items, originOf(place ?? callback, context));
  if (!Node.isArrowFunction(callback)) {
    const answer = callNamed(callback, item, context);
    const body = visitBody(callback, { ...context, replaced: new Map([[callback, answer]]) });
    return { local, body };
  }
  const content = callback.getBody();
  const read = (inside: VisitContext) =>
    Node.isBlock(content) ? visitBlock(content, inside, visitBody) : visitBody(content, inside);
  return { local, body: place === undefined ? read(context) : bindPattern(place, item, context, read) };
}

/** An arrow function in place, or the name of a helper function. */
function requireCallback(call: CallExpression): ArrowFunction | Identifier {
  const [callback, ...rest] = call.getArguments();
  if (Node.isIdentifier(callback) && rest.length === 0) return callback;
  if (!Node.isArrowFunction(callback) || rest.length > 0) return refuse(callback ?? call, "FG2013");
  const [item, place] = callback.getParameters();
  refuseGuard(callback, "this", callback);
  if (callback.isAsync()) return refuse(callback, "FG2013", "a callback cannot wait: it is decided at once");
  if (place !== undefined) {
    const fix = `read places by themselves: list[0], list.at(-1), or list.findIndex(...) for where something is; whether one is there twice: ${twiceRewrite}`;
    return refuse(place, "FG2013", "a callback is handed the item alone, and not its place", fix);
  }
  if (item?.isRestParameter() === true)
    return refuse(item, "FG2013", "a callback is handed the item alone", "name the item");
  if (item?.hasInitializer() === true) {
    const fix = 'name the item, and give the default where it is read: (item) => (item ?? "none") === "x"';
    return refuse(item, "FG2013", "the item of a callback has no default", fix);
  }
  return callback;
}

/** The items of an array, as its schema describes them. */
export function requireItems(call: CallExpression, array: Expression): ValueType {
  const items = itemTypeOf(array.type);
  if (items !== undefined) return items;
  requireKnown(array, call);
  return refuse(call, "FG2012", "this is not an array that a schema describes");
}
