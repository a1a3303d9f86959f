import type { Expression } from "@forego/ir";
import { type CallExpression, Node, VariableDeclarationKind } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import { type ParsedPattern, PatternRefusal, parsePattern } from "../patterns/parse-pattern.ts";
import { type PlainTest, plainTests } from "../patterns/plain-pattern.ts";
import { re2Pattern } from "../patterns/re2-pattern.ts";
import { booleanType, isAlways, isNullable } from "../types/value-types.ts";
import { isStatic } from "./function-registry.ts";
import { createMaker, type Maker } from "./pattern-maker.ts";
import { localNode, originOf, type VisitContext } from "./visit-context.ts";
import { visitNarrowed } from "./visit-narrowed.ts";

/** `/pattern/.test(text)`: by plain functions of texts where they can tell, else by RE2, with a warning. */
export function callPatternTest(call: CallExpression, context: VisitContext): Expression {
  const [argument, ...rest] = call.getArguments();
  const callee = call.getExpression();
  if (argument === undefined || rest.length > 0 || !Node.isPropertyAccessExpression(callee))
    return refuse(call, "FG2012", "test() takes one text");
  const literal = requireLiteral(callee.getExpression());
  const text = visitNarrowed(argument, context);
  if (!isAlways(text.type, "string")) return refuse(argument, "FG2006");
  if (isNullable(text.type)) {
    const message = "this may be missing, and test() would take it for the text 'undefined' or 'null'";
    return refuse(argument, "FG2062", message, 'give it a default: ?? ""');
  }
  try {
    const pattern = parsePattern(literal.getText());
    const tests = plainTests(pattern);
    return tests === undefined
      ? testByRe2(call, pattern, text, context)
      : testPlainly(call, tests, text, context);
  } catch (error) {
    if (!(error instanceof PatternRefusal)) throw error;
    return refuse(literal, "FG2062", error.message, error.fix);
  }
}

/** The regular expression: in place, or a constant of the module. */
function requireLiteral(node: Node): Node {
  if (Node.isParenthesizedExpression(node)) return requireLiteral(node.getExpression());
  if (Node.isRegularExpressionLiteral(node)) return node;
  const symbol = node.getSymbol();
  const declaration = (symbol?.getAliasedSymbol() ?? symbol)?.getValueDeclaration();
  const isConstant =
    Node.isVariableDeclaration(declaration) &&
    declaration.getVariableStatement()?.getDeclarationKind() === VariableDeclarationKind.Const;
  const value = isConstant ? declaration.getInitializer() : undefined;
  if (value !== undefined && Node.isRegularExpressionLiteral(value)) return value;
  return refuse(node, "FG2062", "only a regular expression that is written out can be tested");
}

function testByRe2(
  call: CallExpression,
  pattern: ParsedPattern,
  text: Expression,
  context: VisitContext,
): Expression {
  const { source, flags } = pattern;
  const re2 = re2Pattern(pattern);
  context.policy.warn(call, "FG2063");
  return {
    kind: "pattern-test",
    text,
    source,
    flags,
    re2,
    type: booleanType,
    origin: originOf(call, context),
  };
}

/** Whether one of the tests holds; the text is looked at several times, and made once. */
function testPlainly(
  call: CallExpression,
  tests: readonly PlainTest[],
  text: Expression,
  context: VisitContext,
): Expression {
  const make = createMaker(call, context);
  const isThere = isStatic(text) || text.kind === "local";
  const local = isThere ? undefined : context.fresh("tested");
  const value = local === undefined ? text : localNode(local, text.type, text.origin);
  const body = make.any(tests.map((test) => translate(test, value, make)));
  if (local === undefined) return body;
  return { kind: "let", local, value: text, body, type: booleanType, origin: body.origin };
}

function translate(test: PlainTest, text: Expression, make: Maker): Expression {
  switch (test.kind) {
    case "equals":
      return make.isOneOf(text, test.texts);
    case "startsWith":
    case "endsWith":
    case "includes": {
      const { kind } = test;
      return make.any(test.texts.map((part) => make.part(kind, text, part)));
    }
    case "has-other":
      return make.not(make.madeOf(text, test.characters));
    case "has-none": {
      const absent = test.characters.map((one) => make.not(make.part("includes", text, one)));
      return make.all(test.isFilled ? [make.not(make.isOneOf(text, [""])), ...absent] : absent);
    }
    case "made-of": {
      const { prefix, suffix, characters, min, max } = test;
      const middle = make.between(text, prefix, suffix);
      const bounds = { min, ...(max === Number.POSITIVE_INFINITY ? {} : { max }) };
      return make.all([
        ...(prefix === "" ? [] : [make.part("startsWith", text, prefix)]),
        ...(suffix === "" ? [] : [make.part("endsWith", make.between(text, prefix, ""), suffix)]),
        make.madeOf(middle, characters, bounds),
      ]);
    }
  }
}
