import { type Identifier, Node, type PropertyAccessExpression } from "ts-morph";

/** The name behind the dot, where a module is named as a whole: `lists.names` of `import * as lists`. */
export function namespaceMember(access: PropertyAccessExpression): Identifier | undefined {
  const object = access.getExpression();
  const name = access.getNameNode();
  if (!Node.isIdentifier(object) || !Node.isIdentifier(name)) return undefined;
  const declarations = object.getSymbol()?.getDeclarations() ?? [];
  return declarations.some((one) => Node.isNamespaceImport(one)) ? name : undefined;
}
