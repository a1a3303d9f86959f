import { Node, type PropertyAccessExpression } from "ts-morph";

/**
 * The member of the standard library that a property access names, as `Interface.member`, by its symbol: a field of a
 * policy's own that happens to be called `includes` is not taken for one. Read-only arrays and tuples count as arrays.
 */
export function libraryMember(access: PropertyAccessExpression): string | undefined {
  const name = access.getName();
  const declarations = access.getNameNode().getSymbol()?.getDeclarations() ?? [];
  // the length of a tuple is declared nowhere, nor is that of one of several
  if (declarations.length === 0) {
    const type = access.getExpression().getType().getNonNullableType();
    const tuples = type.isUnion() ? type.getUnionTypes() : [type];
    return name === "length" && tuples.every((one) => one.isTuple()) ? "Array.length" : undefined;
  }
  const owner = declarations.find(isLibrary)?.getParent();
  if (!Node.isInterfaceDeclaration(owner)) return undefined;
  return `${owner.getName().replace(/^Readonly(?=(?:Array|Set|Map)$)/, "")}.${name}`;
}

/** Whether a declaration is one of the standard library. */
export function isLibrary(node: Node): boolean {
  const program = node.getProject().getProgram().compilerObject;
  return program.isSourceFileDefaultLibrary(node.getSourceFile().compilerNode);
}
