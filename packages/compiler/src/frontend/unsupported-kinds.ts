import { SyntaxKind } from "ts-morph";
import type { DiagnosticCode } from "../diagnostics/codes.ts";

interface Unsupported {
  readonly code: DiagnosticCode;
  readonly message?: string;
}

/** What the language refuses with a reason of its own; every other kind that has no visitor is FG2001. */
export const unsupportedKinds: ReadonlyMap<SyntaxKind, Unsupported> = new Map<SyntaxKind, Unsupported>([
  [
    SyntaxKind.NonNullExpression,
    { code: "FG2007", message: "`!` says that a value is there, and nothing checks it" },
  ],
  [SyntaxKind.AsExpression, { code: "FG2007", message: "`as` says what a value is, and nothing checks it" }],
  [SyntaxKind.TypeAssertionExpression, { code: "FG2007" }],
  [SyntaxKind.SatisfiesExpression, { code: "FG2007" }],
  [SyntaxKind.PostfixUnaryExpression, { code: "FG2009" }],
  [SyntaxKind.ForStatement, { code: "FG2010" }],
  [SyntaxKind.ForInStatement, { code: "FG2010" }],
  [SyntaxKind.ForOfStatement, { code: "FG2010" }],
  [SyntaxKind.WhileStatement, { code: "FG2010" }],
  [SyntaxKind.DoStatement, { code: "FG2010" }],
  [SyntaxKind.ThisKeyword, { code: "FG2014", message: "`this` is a value from outside the policy" }],
  [SyntaxKind.BigIntLiteral, { code: "FG2025" }],
  [SyntaxKind.AwaitExpression, { code: "FG2020", message: "a predicate cannot wait: it is decided at once" }],
  [
    SyntaxKind.ArrowFunction,
    { code: "FG2013", message: "a function can only stand where it is called or handed to an array method" },
  ],
  [
    SyntaxKind.FunctionExpression,
    { code: "FG2013", message: "a function can only stand where it is called or handed to an array method" },
  ],
]);
