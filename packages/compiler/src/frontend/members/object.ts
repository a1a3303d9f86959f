import { type Expression, membersOf, type Shape, type ValueType } from "@forego/ir";
import type { CallExpression, Node } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { booleanType, either, isAlways, isNullable, present, valuesOf } from "../../types/value-types.ts";
import { visitExpression } from "../visit.ts";
import { localNode, originOf, type VisitContext } from "../visit-context.ts";
import { visitNarrowed } from "../visit-narrowed.ts";

/** `Object.hasOwn(record, key)` */
export function callHasOwn(call: CallExpression, context: VisitContext): Expression {
  const [recordNode, keyNode] = call.getArguments();
  if (recordNode === undefined || keyNode === undefined) return refuse(call, "FG2012");
  const record = readOwner(recordNode, context);
  const key = visitNarrowed(keyNode, context);
  if (record.kind !== "table" && valuesOf(record.type) === undefined) return refuse(recordNode, "FG2019");
  if (!isAlways(key.type, "string") || isNullable(key.type)) return refuse(keyNode, "FG2018");
  return { kind: "has-key", record, key, type: booleanType, origin: originOf(call, context) };
}

/** `Object.keys(record)` */
export function callKeys(call: CallExpression, context: VisitContext): Expression {
  return readRecord(call, "keys", context, () => ({ kind: "string" }));
}

/** `Object.values(record)` */
export function callValues(call: CallExpression, context: VisitContext): Expression {
  return readRecord(call, "values", context, (values) => values);
}

/** `Object.entries(record)`: pairs of a key and what the record has there */
export function callEntries(call: CallExpression, context: VisitContext): Expression {
  const keys = callKeys(call, context);
  if (keys.kind !== "keys" || keys.type.shape.kind !== "array") return keys;
  const { record, origin } = keys;
  const local = context.fresh("key");
  const key = localNode(local, present(keys.type.shape.items), origin);
  const found = present(valuesOf(record.type) ?? { kind: "unknown" });
  const value: Expression = { kind: "entry", record, key, type: found, origin };
  const places = [key.type.shape, found.shape];
  const items = either(key.type, found).shape;
  const pair: Shape = { kind: "array", items, max: 2, places };
  const parts = [key, value].map((part) => ({ isSpread: false, value: part }));
  const body: Expression = { kind: "array", parts, type: present(pair), origin };
  const type = present({ ...keys.type.shape, items: pair });
  return { kind: "map", array: keys, local, body, type, origin };
}

/** What is asked for its own keys: `record ?? {}` has those of the record, and none where that is missing. */
function readOwner(node: Node, context: VisitContext): Expression {
  const value = visitExpression(node, context);
  const isOrNone =
    value.kind === "coalesce" && value.right.kind === "table" && value.right.entries.length === 0;
  return isOrNone ? value.left : value;
}

/** Names the function that was called: entries are read by way of keys. */
function refuseMembers(call: CallExpression, argument: Node, { shape }: ValueType): never {
  const name = `${call.getExpression().getText()}()`;
  const canBeRecord = membersOf(shape).some(({ kind }) => kind === "record");
  if (!canBeRecord) {
    const text = `${name} is for records: of what has known fields, more may be there`;
    const fix = "read the fields themselves; whether a table has an entry: Object.hasOwn(table, key)";
    return refuse(argument, "FG2019", text, fix);
  }
  const fix = `give the default where the record is asked: ${name.replace("()", "(labels ?? {})")}`;
  return refuse(argument, "FG2019", `${name} is for records, and the default is none`, fix);
}

function readRecord(
  call: CallExpression,
  kind: "keys" | "values",
  context: VisitContext,
  itemsOf: (values: Shape) => Shape,
): Expression {
  const [argument] = call.getArguments();
  if (argument === undefined) return refuse(call, "FG2012");
  const record = readOwner(argument, context);
  const values = valuesOf(record.type) ?? refuseMembers(call, argument, record.type);
  const max = Math.max(...membersOf(record.type.shape).map((one) => (one.kind === "record" ? one.max : 0)));
  const shape: Shape = { kind: "array", items: itemsOf(values), max, unordered: true };
  return { kind, record, type: present(shape), origin: originOf(call, context) };
}
