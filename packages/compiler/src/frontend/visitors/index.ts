import type { Expression } from "@forego/ir";
import { type Node, SyntaxKind } from "ts-morph";
import type { VisitContext } from "../visit-context.ts";
import { visitArrayLiteral } from "./array-literal.ts";
import { visitAssertion } from "./assertion.ts";
import { visitBinary } from "./binary.ts";
import { visitCall } from "./call.ts";
import { visitConditional } from "./conditional.ts";
import { visitElementAccess } from "./element-access.ts";
import { visitIdentifier } from "./identifier.ts";
import { visitLiteral } from "./literal.ts";
import { visitNew } from "./new-expression.ts";
import { visitObjectLiteral } from "./object-literal.ts";
import { visitParenthesized } from "./parenthesized.ts";
import { visitPrefixUnary } from "./prefix-unary.ts";
import { visitPropertyAccess } from "./property-access.ts";
import { visitTemplate } from "./template.ts";
import { visitTypeOf } from "./type-of.ts";

type Visitor = (node: Node, context: VisitContext) => Expression;

/** The expressions of the policy language, one visitor each. What is not here is refused. */
export const visitors: ReadonlyMap<SyntaxKind, Visitor> = new Map<SyntaxKind, Visitor>([
  [SyntaxKind.ArrayLiteralExpression, visitArrayLiteral],
  [SyntaxKind.AsExpression, visitAssertion],
  [SyntaxKind.BinaryExpression, visitBinary],
  [SyntaxKind.CallExpression, visitCall],
  [SyntaxKind.ConditionalExpression, visitConditional],
  [SyntaxKind.ElementAccessExpression, visitElementAccess],
  [SyntaxKind.FalseKeyword, visitLiteral],
  [SyntaxKind.Identifier, visitIdentifier],
  [SyntaxKind.NewExpression, visitNew],
  [SyntaxKind.NoSubstitutionTemplateLiteral, visitLiteral],
  [SyntaxKind.NullKeyword, visitLiteral],
  [SyntaxKind.NumericLiteral, visitLiteral],
  [SyntaxKind.ObjectLiteralExpression, visitObjectLiteral],
  [SyntaxKind.ParenthesizedExpression, visitParenthesized],
  [SyntaxKind.PrefixUnaryExpression, visitPrefixUnary],
  [SyntaxKind.PropertyAccessExpression, visitPropertyAccess],
  [SyntaxKind.SatisfiesExpression, visitAssertion],
  [SyntaxKind.StringLiteral, visitLiteral],
  [SyntaxKind.TemplateExpression, visitTemplate],
  [SyntaxKind.TrueKeyword, visitLiteral],
  [SyntaxKind.TypeOfExpression, visitTypeOf],
]);
