import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ts } from "ts-morph";
import { type Import, root } from "./repository.ts";

/** Reads every import of a file: declarations, re-exports and dynamic imports with a literal. */
export function readImports(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found !== undefined) imports.push(found);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}

function importOf(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const clause = node.importClause;
    const named = clause?.namedBindings;
    const areTypes =
      named !== undefined && ts.isNamedImports(named) && named.elements.every((one) => one.isTypeOnly);
    const isTypeOnly = clause?.isTypeOnly === true || (clause?.name === undefined && areTypes);
    return { specifier: node.moduleSpecifier.text, isTypeOnly };
  }
  if (
    ts.isExportDeclaration(node) &&
    node.moduleSpecifier !== undefined &&
    ts.isStringLiteral(node.moduleSpecifier)
  ) {
    return { specifier: node.moduleSpecifier.text, isTypeOnly: node.isTypeOnly };
  }
  const isDynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const [argument] = isDynamic ? node.arguments : [];
  return argument !== undefined && ts.isStringLiteral(argument)
    ? { specifier: argument.text, isTypeOnly: false }
    : undefined;
}
