import { type Node, SyntaxKind } from "ts-morph";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import { refuse } from "../diagnostics/refusal.ts";

interface Unsupported {
  readonly code: DiagnosticCode;
  readonly message?: string;
  readonly fix?: string;
}

/** What the language refuses with a reason of its own; every other kind that has no visitor is FG2001 by its name. */
const unsupportedKinds: ReadonlyMap<SyntaxKind, Unsupported> = new Map<SyntaxKind, Unsupported>([
  [
    SyntaxKind.NonNullExpression,
    { code: "FG2007", message: "`!` says that a value is there, and nothing checks it" },
  ],
  [SyntaxKind.AsExpression, { code: "FG2007", message: "`as` says what a value is, and nothing checks it" }],
  [SyntaxKind.TypeAssertionExpression, { code: "FG2007" }],
  [SyntaxKind.PostfixUnaryExpression, { code: "FG2009", message: "`++` and `--` change a variable" }],
  [SyntaxKind.ForStatement, { code: "FG2010" }],
  [SyntaxKind.ForInStatement, { code: "FG2010" }],
  [SyntaxKind.WhileStatement, { code: "FG2010" }],
  [SyntaxKind.DoStatement, { code: "FG2010" }],
  [
    SyntaxKind.RegularExpressionLiteral,
    {
      code: "FG2001",
      message: "a regular expression can only be asked whether it matches",
      fix: "use /.../.test(text)",
    },
  ],
  [
    SyntaxKind.NewExpression,
    {
      code: "FG2001",
      message: "`new` makes an object",
      fix: "of classes, there is only Set: new Set([...]) of literals",
    },
  ],
  [
    SyntaxKind.FunctionDeclaration,
    {
      code: "FG2001",
      message: "a function cannot be declared inside another",
      fix: "declare it in the module, and hand it what it reads",
    },
  ],
  [
    SyntaxKind.ThrowStatement,
    {
      code: "FG2001",
      message: "a predicate cannot throw",
      fix: "return true or false; what cannot be checked is invalid already",
    },
  ],
  [
    SyntaxKind.TryStatement,
    {
      code: "FG2001",
      message: "nothing throws here that could be caught",
      fix: "leave it out; what cannot be checked is invalid already",
    },
  ],
  [
    SyntaxKind.LabeledStatement,
    {
      code: "FG2001",
      message: "a loop is not left from within another",
      fix: "ask the inner one in a condition, with some() or a helper function: if (hasBad(group)) continue",
    },
  ],
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

/** Refuses a construct of which the language has none; a rewrite is one of what it is used for. */
export function refuseKind(node: Node, rewrite?: string): never {
  const { code, message, fix } = unsupportedKinds.get(node.getKind()) ?? { code: "FG2001" as const };
  return refuse(node, code, message ?? `${describeKind(node)} is not in the policy language`, rewrite ?? fix);
}

/** The name of a node's kind, in words. */
function describeKind(node: Node): string {
  return (SyntaxKind[node.getKind()] ?? "this").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
