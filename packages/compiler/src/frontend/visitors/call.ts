import type { Expression } from "@forego/ir";
import { type CallExpression, Node, type PropertyAccessExpression } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { callFunction } from "../call-function.ts";
import { callIntrinsic } from "../intrinsics.ts";
import { libraryMember } from "../library-member.ts";
import { memberFunctions, memberMethods } from "../members/index.ts";
import { memberRewrites } from "../members/rewrites.ts";
import { namespaceMember } from "../namespace-member.ts";
import { refuseKind } from "../unsupported-kinds.ts";
import { visitExpression } from "../visit.ts";
import type { VisitContext } from "../visit-context.ts";

/** `receiver.method(...)`, `Object.hasOwn(...)`, an intrinsic of the DSL, or a helper function */
export function visitCall(node: Node, context: VisitContext): Expression {
  const call = node as CallExpression;
  const called = call.getExpression();
  const isMember = Node.isPropertyAccessExpression(called);
  const callee = isMember ? namespaceMember(called) : called;
  if (isMember && callee === undefined) return visitMethodCall(call, called, context);
  if (!Node.isIdentifier(callee))
    return refuse(called, "FG2020", "only named functions and methods can be called");
  const symbol = callee.getSymbol();
  const target = symbol?.getAliasedSymbol() ?? symbol;
  const intrinsic = target === undefined ? undefined : context.policy.intrinsics.get(target);
  if (intrinsic !== undefined) return callIntrinsic(intrinsic, call, context);
  return callFunction(call, target, context);
}

function visitMethodCall(
  call: CallExpression,
  callee: PropertyAccessExpression,
  context: VisitContext,
): Expression {
  const member = libraryMember(callee);
  const named = `'${callee.getName()}()'`;
  if (member === undefined)
    return refuse(callee.getNameNode(), "FG2012", `${named} is not a function that can be called`);
  const receiver = callee.getExpression();
  const rewrite = memberRewrites.get(member);
  const fromStatic = memberFunctions.get(member);
  if (fromStatic !== undefined) return fromStatic(call, context);
  const method = memberMethods.get(member);
  if (method !== undefined) return method(call, visitExpression(receiver, context), context);
  if (Node.isNewExpression(receiver) || Node.isRegularExpressionLiteral(receiver))
    return refuseKind(receiver, rewrite);
  // Date.now(), Math.random(), JSON.parse(): the clock, chance and the world
  if (member.includes("Constructor.") || isGlobal(receiver, context)) {
    return refuse(
      callee,
      "FG2014",
      `${named} of '${receiver.getText()}' is not in the policy language`,
      rewrite,
    );
  }
  return refuse(callee.getNameNode(), "FG2012", `${named} is not in the policy language`, rewrite);
}

function isGlobal(node: Node, context: VisitContext): boolean {
  const symbol = node.getSymbol();
  if (!Node.isIdentifier(node) || symbol === undefined || context.bindings.has(symbol)) return false;
  return symbol.getDeclarations().every((declaration) => declaration.getSourceFile().isDeclarationFile());
}
