import type { Expression, IrFunction, Local } from "@forego/ir";
import {
  type ArrowFunction,
  type CallExpression,
  type FunctionDeclaration,
  type FunctionExpression,
  Node,
  type Symbol as TsSymbol,
  VariableDeclarationKind,
} from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import { describeDeclaration } from "../project/policy-source.ts";
import { bindPattern } from "./bind-pattern.ts";
import { isStatic } from "./function-registry.ts";
import { visitBlock } from "./statements.ts";
import { visitExpression } from "./visit.ts";
import { createFresh, localNode, originOf, type VisitContext } from "./visit-context.ts";

type Helper = FunctionDeclaration | ArrowFunction | FunctionExpression;

/**
 * Reads a call of a helper function of the policy's own files. The function is read once for each set of static
 * arguments: paths and literals are put in the place of their parameters, so that what it reads stays exact.
 */
export function callFunction(
  call: CallExpression,
  target: TsSymbol | undefined,
  context: VisitContext,
): Expression {
  const { declaration, helper } = requireHelper(call, target, context);
  const { functions } = context.policy;
  const depth = functions.stack.indexOf(declaration);
  if (depth >= 0) {
    const way = functions.stack.slice(depth + 1).map((one) => `'${one.getSymbol()?.getName()}'`);
    const through = way.length === 0 ? "" : `, by way of ${way.join(" and ")}`;
    return refuse(call, "FG2011", `'${target?.getName()}' calls itself${through}`);
  }
  const values = readArguments(call, helper, context);
  const key = JSON.stringify(values.map((value) => (isStatic(value) ? meaningOf(value) : value.type)));
  const name = target?.getName() ?? "helper";
  const called =
    functions.find(declaration, key) ??
    functions.read(declaration, key, name, (id) =>
      readHelper(id, name, declaration, helper, values, context),
    );
  return {
    kind: "call",
    function: called.id,
    arguments: values.filter((value) => !isStatic(value)),
    type: called.body.type,
    origin: originOf(call, context),
  };
}

function requireHelper(call: CallExpression, target: TsSymbol | undefined, context: VisitContext) {
  const name = call.getExpression().getText();
  const declaration = target?.getDeclarations()[0];
  if (declaration === undefined || declaration.getSourceFile().isDeclarationFile()) {
    return refuse(call, "FG2014", `'${name}' is a function from outside the policy`);
  }
  const helper = Node.isVariableDeclaration(declaration) ? declaration.getInitializer() : declaration;
  const isFunction =
    Node.isFunctionDeclaration(helper) || Node.isArrowFunction(helper) || Node.isFunctionExpression(helper);
  if (!isFunction) return refuse(call, "FG2020", `'${name}' is not a function that can be read`);
  requireReadable(call, name, declaration, helper, context);
  return { declaration, helper };
}

function requireReadable(
  call: CallExpression,
  name: string,
  declaration: Node,
  helper: Helper,
  context: VisitContext,
): void {
  const isGenerator = !Node.isArrowFunction(helper) && helper.isGenerator();
  if (helper.isAsync() || isGenerator) refuse(call, "FG2020", `'${name}' is asynchronous or a generator`);
  if (helper.getReturnTypeNode()?.getText().includes(" is ")) {
    refuse(
      call,
      "FG2007",
      `'${name}' is a type guard, and nothing checks what it claims`,
      "let it return boolean",
    );
  }
  const isConstant =
    !Node.isVariableDeclaration(declaration) ||
    declaration.getVariableStatement()?.getDeclarationKind() === VariableDeclarationKind.Const;
  if (!isConstant) refuse(call, "FG2015", `'${name}' can change`);
  const isInside =
    [...context.bindings.keys()].length > 0 && declaration.getFirstAncestor(Node.isBlock) !== undefined;
  if (isInside)
    refuse(call, "FG2020", `'${name}' is declared inside another function`, "declare it in the module");
}

function readArguments(call: CallExpression, helper: Helper, context: VisitContext): readonly Expression[] {
  const given = call.getArguments();
  const parameters = helper.getParameters();
  for (const parameter of parameters) {
    const isPlain = !parameter.isRestParameter() && !parameter.hasInitializer() && !parameter.isOptional();
    if (!isPlain) {
      refuse(
        parameter,
        "FG2020",
        "a helper's parameter cannot be optional, have a default or collect the rest",
        "hand over every argument; what may be missing has a type with `| undefined`",
      );
    }
  }
  if (given.length !== parameters.length) return refuse(call, "FG2020", "every parameter needs its argument");
  return given.map((argument) => visitExpression(argument, context));
}

function readHelper(
  id: string,
  name: string,
  declaration: Node,
  helper: Helper,
  values: readonly Expression[],
  context: VisitContext,
): IrFunction {
  const fresh = createFresh();
  const parameters: Local[] = [];
  let inside: VisitContext = {
    ...context,
    bindings: new Map(),
    replaced: new Map(),
    roots: new Map(),
    fresh,
  };
  for (const [index, parameter] of helper.getParameters().entries()) {
    const value = values[index];
    if (value === undefined) continue;
    const pattern = parameter.getNameNode();
    if (isStatic(value)) {
      inside = bindPattern(pattern, value, inside);
      continue;
    }
    const local = fresh(Node.isIdentifier(pattern) ? pattern.getText() : "argument");
    parameters.push(local);
    inside = bindPattern(pattern, localNode(local, value.type, originOf(pattern, context)), inside);
  }
  const content = helper.getBody();
  const body =
    content !== undefined && Node.isBlock(content)
      ? visitBlock(content, inside, visitExpression)
      : visitExpression(content ?? declaration, inside);
  const description = describeDeclaration(declaration);
  const described = description === undefined ? {} : { description };
  return { id, name, ...described, parameters, body, origin: originOf(declaration, context) };
}

/** A static argument without its place in the source. */
function meaningOf(value: Expression): unknown {
  const { origin: _place, ...meaning } = value;
  return meaning;
}
