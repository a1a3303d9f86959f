import type { Expression } from "@forego/ir";
import { Node, type PropertyAccessExpression } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { isContext } from "../bind-context.ts";
import { libraryMember } from "../library-member.ts";
import { memberProperties } from "../members/index.ts";
import { memberRewrites } from "../members/rewrites.ts";
import { namespaceMember } from "../namespace-member.ts";
import { readProperty } from "../property-read.ts";
import { visitExpression } from "../visit.ts";
import type { VisitContext } from "../visit-context.ts";
import { literalOf } from "./literal.ts";

/** `object.name`: a field, a member of an enum, or a property of the standard library */
export function visitPropertyAccess(node: Node, context: VisitContext): Expression {
  const access = node as PropertyAccessExpression;
  const name = access.getName();
  const object = access.getExpression();
  const constant = enumValue(access);
  if (constant !== undefined) return literalOf(constant, node, context);
  const imported = namespaceMember(access);
  if (imported !== undefined) return visitExpression(imported, context);
  if (isContext(object, context)) return readRoot(name, node, context);
  const member = libraryMember(access);
  if (member === undefined) return readProperty(visitExpression(object, context), name, node, context);
  const read = memberProperties.get(member);
  if (read === undefined) {
    const message = `'${name}' is not in the policy language`;
    return refuse(access.getNameNode(), "FG2012", message, memberRewrites.get(member));
  }
  return read(access, visitExpression(object, context), context);
}

/** One of the documents that a predicate is handed. */
export function readRoot(name: string, node: Node, context: VisitContext): Expression {
  const root = context.roots.get(name);
  if (root !== undefined) return root;
  const known = [...context.roots.keys()].join(", ");
  return refuse(node, "FG2012", `a predicate is not handed '${name}' here`, `it is handed ${known}`);
}

function enumValue(access: PropertyAccessExpression): string | number | undefined {
  const declaration = access.getSymbol()?.getValueDeclaration();
  return Node.isEnumMember(declaration) ? declaration.getValue() : undefined;
}
