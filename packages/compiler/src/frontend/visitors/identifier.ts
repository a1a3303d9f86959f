import type { Expression } from "@forego/ir";
import {
  type Identifier,
  Node,
  SyntaxKind,
  type Symbol as TsSymbol,
  VariableDeclarationKind,
} from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { undefinedType } from "../../types/value-types.ts";
import { isConstant } from "../function-registry.ts";
import { globalRewrites, tableRewrite } from "../members/rewrites.ts";
import { visitExpression } from "../visit.ts";
import { originOf, type VisitContext } from "../visit-context.ts";

/** What a constant may be written as. */
const constantKinds: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.ArrayLiteralExpression,
  SyntaxKind.BinaryExpression,
  SyntaxKind.FalseKeyword,
  SyntaxKind.Identifier,
  SyntaxKind.NewExpression,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.NullKeyword,
  SyntaxKind.NumericLiteral,
  SyntaxKind.ObjectLiteralExpression,
  SyntaxKind.ParenthesizedExpression,
  SyntaxKind.PrefixUnaryExpression,
  SyntaxKind.PropertyAccessExpression,
  SyntaxKind.StringLiteral,
  SyntaxKind.TrueKeyword,
]);

/** A name: a parameter, a local constant, `undefined`, or a constant of the module */
export function visitIdentifier(node: Node, context: VisitContext): Expression {
  const name = node.getText();
  const symbol = (node as Identifier).getSymbol();
  const binding = symbol === undefined ? undefined : context.bindings.get(symbol);
  if (binding?.kind === "value") return { ...binding.value, origin: originOf(node, context) };
  if (binding?.kind === "context") {
    return refuse(
      node,
      "FG2001",
      `'${name}' cannot be used as a whole`,
      "read a field of it, or destructure it",
    );
  }
  if (binding?.kind === "changing")
    return refuse(node, "FG2009", `'${name}' is read while it changes`, "read it behind the loop");
  if (name === "undefined")
    return { kind: "undefined", type: undefinedType, origin: originOf(node, context) };
  return visitConstant(node, symbol, context);
}

/** A `const` of a policy's module: its value stands in its place. */
function visitConstant(node: Node, symbol: TsSymbol | undefined, context: VisitContext): Expression {
  const declaration = (symbol?.getAliasedSymbol() ?? symbol)?.getValueDeclaration();
  if (declaration === undefined || declaration.getSourceFile().isDeclarationFile()) {
    const message = `'${node.getText()}' is a value from outside the policy`;
    return refuse(node, "FG2014", message, globalRewrites.get(node.getText()));
  }
  if (!Node.isVariableDeclaration(declaration)) return refuse(node, "FG2015");
  const statement = declaration.getVariableStatement();
  const value = declaration.getInitializer();
  if (statement?.getDeclarationKind() !== VariableDeclarationKind.Const || value === undefined) {
    return refuse(node, "FG2015", `'${node.getText()}' can change`);
  }
  const literal = constantOf(value);
  const outside: VisitContext = { ...context, bindings: new Map(), replaced: new Map(), roots: new Map() };
  const constant = constantKinds.has(literal.getKind()) ? visitExpression(literal, outside) : undefined;
  if (constant === undefined || !isConstant(constant))
    return refuse(node, "FG2015", `'${node.getText()}' is not a literal, or a list or table of literals`);
  // what holds objects can be changed where it is not declared to be constant
  if (holdsTable(constant) && literal === value)
    return refuse(
      node,
      "FG2015",
      `the fields of '${node.getText()}' can change`,
      declaration.getType().getStringIndexType() === undefined ? "write `as const` behind it" : tableRewrite,
    );
  return constant;
}

/** What is written before `as const`, and before a `satisfies` behind that. */
function constantOf(node: Node): Node {
  if (Node.isSatisfiesExpression(node)) {
    const inner = node.getExpression();
    return Node.isAsExpression(inner) ? inner.getExpression() : node;
  }
  return Node.isAsExpression(node) ? node.getExpression() : node;
}

function holdsTable(value: Expression): boolean {
  return (
    value.kind === "table" || (value.kind === "array" && value.parts.some((part) => holdsTable(part.value)))
  );
}
