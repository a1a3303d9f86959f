import type { Expression, IrFunction, Local } from "@forego/ir";
import {
  type ArrowFunction,
  type CallExpression,
  type FunctionDeclaration,
  type FunctionExpression,
  Node,
  type ParameterDeclaration,
  type Symbol as TsSymbol,
  VariableDeclarationKind,
} from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import { describeDeclaration } from "../project/policy-source.ts";
import { undefinedType } from "../types/value-types.ts";
import { bindPattern, withDefault } from "./bind-pattern.ts";
import { isStatic } from "./function-registry.ts";
import { globalRewrites } from "./members/rewrites.ts";
import { refuseGuard } from "./refuse-guard.ts";
import { visitBlock } from "./statements/statements.ts";
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
  const called = requireHelper(call.getExpression(), target, context);
  requireNew(call, called, context);
  return callHelper(call, called, readArguments(call, called.helper, context), context);
}

/** Reads a helper function that is handed to an array method by its name. */
export function callNamed(callback: Node, item: Expression, context: VisitContext): Expression {
  const symbol = callback.getSymbol();
  const target = symbol?.getAliasedSymbol() ?? symbol;
  if (target !== undefined && context.policy.intrinsics.has(target)) {
    const name = callback.getText();
    return refuse(
      callback,
      "FG2013",
      `'${name}' is called where it is used`,
      `write (item) => ${name}(item)`,
    );
  }
  const called = requireHelper(callback, target, context);
  requireNew(callback, called, context);
  // a second parameter would be given the index of the item
  if (called.helper.getParameters().length !== 1)
    return refuse(callback, "FG2013", `'${callback.getText()}' has more or less than one parameter`);
  return callHelper(callback, called, [item], context);
}

interface Called {
  readonly name: string;
  readonly declaration: Node;
  readonly helper: Helper;
}

function callHelper(
  node: Node,
  { name, declaration, helper }: Called,
  values: readonly Expression[],
  context: VisitContext,
): Expression {
  const { functions } = context.policy;
  const key = JSON.stringify(values.map((value) => (isStatic(value) ? meaningOf(value) : value.type)));
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
    origin: originOf(node, context),
  };
}

/** Refuses a call of a function that is being read: in Rego, nothing may lead back to itself. */
function requireNew(node: Node, { name, declaration }: Called, context: VisitContext): void {
  const { stack } = context.policy.functions;
  const depth = stack.indexOf(declaration);
  if (depth < 0) return;
  const way = stack.slice(depth + 1).map((one) => `'${one.getSymbol()?.getName()}'`);
  const through = way.length === 0 ? "" : `, by way of ${way.join(" and ")}`;
  refuse(node, "FG2011", `'${name}' calls itself${through}`);
}

function requireHelper(callee: Node, target: TsSymbol | undefined, context: VisitContext): Called {
  const name = callee.getText();
  const place = Node.isCallExpression(callee.getParent()) ? callee.getParentOrThrow() : callee;
  const declaration = target?.getDeclarations()[0];
  if (declaration === undefined || declaration.getSourceFile().isDeclarationFile()) {
    const message = `'${name}' is a function from outside the policy`;
    return refuse(place, "FG2014", message, globalRewrites.get(name));
  }
  const helper = Node.isVariableDeclaration(declaration) ? declaration.getInitializer() : declaration;
  const isFunction =
    Node.isFunctionDeclaration(helper) || Node.isArrowFunction(helper) || Node.isFunctionExpression(helper);
  if (!isFunction) return refuse(place, "FG2020", `'${name}' is not a function that can be read`);
  requireReadable(place, name, declaration, helper, context);
  return { name: target?.getName() ?? "helper", declaration, helper };
}

function requireReadable(
  call: Node,
  name: string,
  declaration: Node,
  helper: Helper,
  context: VisitContext,
): void {
  const isGenerator = !Node.isArrowFunction(helper) && helper.isGenerator();
  if (helper.isAsync() || isGenerator) refuse(call, "FG2020", `'${name}' is asynchronous or a generator`);
  refuseGuard(call, `'${name}'`, helper);
  const isConstant =
    !Node.isVariableDeclaration(declaration) ||
    declaration.getVariableStatement()?.getDeclarationKind() === VariableDeclarationKind.Const;
  if (!isConstant) refuse(call, "FG2015", `'${name}' can change`);
  const isInside =
    [...context.bindings.keys()].length > 0 && declaration.getFirstAncestor(Node.isBlock) !== undefined;
  if (isInside)
    refuse(call, "FG2020", `'${name}' is declared inside another function`, "declare it in the module");
}

/** The arguments of a call, with `undefined` for those that are left out. */
function readArguments(call: CallExpression, helper: Helper, context: VisitContext): readonly Expression[] {
  const given = call.getArguments();
  const parameters = helper.getParameters();
  const collecting = parameters.find((parameter) => parameter.isRestParameter());
  if (collecting !== undefined) {
    return refuse(
      collecting,
      "FG2020",
      "a helper's parameter cannot collect the rest",
      "hand over a list as one argument",
    );
  }
  if (given.length > parameters.length) return refuse(call, "FG2020", "every argument needs its parameter");
  const origin = originOf(call, context);
  return parameters.map((_parameter, index) => {
    const argument = given[index];
    return argument === undefined
      ? { kind: "undefined", type: undefinedType, origin }
      : visitExpression(argument, context);
  });
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
  const inside: VisitContext = {
    ...context,
    bindings: new Map(),
    replaced: new Map(),
    roots: new Map(),
    fresh,
  };
  const parameters: Local[] = [];
  const handed = helper.getParameters().map((parameter, index) => {
    const value = values[index] ?? refuse(parameter, "FG2020");
    if (isStatic(value)) return { parameter, value };
    const pattern = parameter.getNameNode();
    const local = fresh(Node.isIdentifier(pattern) ? pattern.getText() : "argument");
    parameters.push(local);
    return { parameter, value: localNode(local, value.type, originOf(pattern, context)) };
  });
  const body = bindParameters(handed, inside, (named) => {
    const content = helper.getBody() ?? declaration;
    return Node.isBlock(content)
      ? visitBlock(content, named, visitExpression)
      : visitExpression(content, named);
  });
  const description = describeDeclaration(declaration);
  const described = description === undefined ? {} : { description };
  return { id, name, ...described, parameters, body, origin: originOf(declaration, context) };
}

interface Handed {
  readonly parameter: ParameterDeclaration;
  readonly value: Expression;
}

/** Gives each parameter its argument, or its default; the defaults of later ones see the earlier ones. */
function bindParameters(
  [first, ...rest]: readonly Handed[],
  context: VisitContext,
  read: (inside: VisitContext) => Expression,
): Expression {
  if (first === undefined) return read(context);
  const { parameter, value } = first;
  const pattern = parameter.getNameNode();
  const hint = Node.isIdentifier(pattern) ? pattern.getText() : "argument";
  return withDefault(value, parameter.getInitializer(), hint, context, (found) =>
    bindPattern(pattern, found, context, (named) => bindParameters(rest, named, read)),
  );
}

/** A static argument without its place in the source. */
function meaningOf(value: Expression): unknown {
  const { origin: _place, ...meaning } = value;
  return meaning;
}
