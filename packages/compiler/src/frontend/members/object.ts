import type { Expression } from "@forego/ir";
import type { CallExpression } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { booleanType, isAlways, isNullable, valuesOf } from "../value-types.ts";
import { visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";

/** `Object.hasOwn(record, key)` */
export function callHasOwn(call: CallExpression, context: VisitContext): Expression {
  const [recordNode, keyNode] = call.getArguments();
  if (recordNode === undefined || keyNode === undefined) return refuse(call, "FG2012");
  const record = visitExpression(recordNode, context);
  const key = visitExpression(keyNode, context);
  if (valuesOf(record.type) === undefined) return refuse(recordNode, "FG2019");
  if (!isAlways(key.type, "string") || isNullable(key.type)) return refuse(keyNode, "FG2018");
  return { kind: "has-key", record, key, type: booleanType, origin: originOf(call, context) };
}
