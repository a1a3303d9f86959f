import { ts } from "ts-morph";

/** Where a value stands in a JSON text: the last one that a path leads to. Lines and columns count from 1. */
export function jsonPlace(
  text: string,
  path: readonly string[],
): { readonly line: number; readonly column: number; readonly endColumn: number } {
  const file = ts.parseJsonText("data.json", text);
  let node: ts.Node = file.statements[0]?.expression ?? file;
  for (const step of path) node = childOf(node, step) ?? node;
  const start = file.getLineAndCharacterOfPosition(node.getStart(file));
  const end = file.getLineAndCharacterOfPosition(node.getEnd());
  const endColumn = end.line === start.line ? end.character + 1 : Number.MAX_SAFE_INTEGER;
  return { line: start.line + 1, column: start.character + 1, endColumn };
}

function childOf(node: ts.Node, step: string): ts.Node | undefined {
  if (ts.isArrayLiteralExpression(node)) return node.elements[Number(step)];
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  return node.properties
    .filter(ts.isPropertyAssignment)
    .find(({ name }) => ts.isStringLiteral(name) && name.text === step)?.initializer;
}
