import type { Expression, Property, TableNode } from "@forego/ir";
import { Node, type ObjectLiteralExpression, type PropertyName } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { present } from "../../types/value-types.ts";
import { isConstant } from "../function-registry.ts";
import { visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";

/** `{ gold: 3, silver: 2 }`: a table of constants */
export function visitObjectLiteral(node: Node, context: VisitContext): Expression {
  const entries = new Map<string, Expression>();
  for (const property of (node as ObjectLiteralExpression).getProperties()) {
    if (!Node.isPropertyAssignment(property)) return refuse(property, "FG2032");
    const name = nameOf(property.getNameNode(), context);
    const value = visitExpression(property.getInitializerOrThrow(), context);
    if (!isConstant(value)) return refuse(property, "FG2032");
    entries.set(name, value);
  }
  const properties = [...entries].map(([name, { type }]): [string, Property] => [
    name,
    { shape: type.shape, optional: false },
  ]);
  return {
    kind: "table",
    entries: [...entries].map(([name, value]): TableNode["entries"][number] => ({ name, value })),
    type: present({ kind: "object", properties: Object.fromEntries(properties) }),
    origin: originOf(node, context),
  };
}

function nameOf(node: PropertyName, context: VisitContext): string {
  const name = Node.isComputedPropertyName(node) ? visitExpression(node.getExpression(), context) : undefined;
  if (name?.kind === "literal" && typeof name.value !== "string") return refuseName(node);
  if (name !== undefined && name.kind !== "literal") return refuse(node, "FG2032");
  const text = name?.kind === "literal" ? String(name.value) : textOf(node);
  // it names the prototype where it is written out, and an entry everywhere else
  return text === "__proto__" ? refuse(node, "FG2032", "'__proto__' is no entry of an object") : text;
}

function textOf(node: PropertyName): string {
  if (Node.isStringLiteral(node)) return node.getLiteralValue();
  if (Node.isIdentifier(node)) return node.getText();
  return refuseName(node);
}

function refuseName(node: PropertyName): never {
  const fix = "write its names as texts, or choose by a ternary or a switch";
  return refuse(node, "FG2032", "the name of an entry is no text", fix);
}
