import type { Expression, ObjectShape, Origin, ReadNode, Shape } from "@forego/ir";
import { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import type { PredicateSource } from "../project/policy-source.ts";
import { present } from "../types/value-types.ts";
import { bindContext } from "./bind-context.ts";
import { createFunctionRegistry } from "./function-registry.ts";
import type { IntrinsicTable } from "./intrinsics.ts";
import { visitBlock } from "./statements/statements.ts";
import { visitCondition } from "./visit.ts";
import { createFresh, type PolicyScope, type Roots, type VisitContext } from "./visit-context.ts";

/** The documents that a rule may read beside the contract's own. */
export interface RuleDocuments {
  readonly data?: Shape;
  readonly facts?: Shape;
  readonly args?: Shape;
  readonly derived?: Shape;
  /** The limits that the policy reads, and its name, by which they are kept. */
  readonly state?: { readonly policy: string; readonly limits: Shape };
}

/** What all rules of a policy are read with. */
export function createPolicyScope(
  root: string,
  contract: ObjectShape,
  intrinsics: IntrinsicTable,
  warn: PolicyScope["warn"],
): PolicyScope {
  return { root, contract, intrinsics, functions: createFunctionRegistry(), warn };
}

/** The contract, with the shapes that the policy and its tool give to facts and arguments. */
export function ruleContract(contract: ObjectShape, { facts, args, state }: RuleDocuments): ObjectShape {
  const action = contract.properties.action?.shape;
  if (action?.kind !== "object") throw new Error("the contract has no action");
  const typedAction: ObjectShape =
    args === undefined
      ? action
      : { kind: "object", properties: { ...action.properties, args: { shape: args, optional: false } } };
  return {
    kind: "object",
    properties: {
      ...contract.properties,
      action: { shape: typedAction, optional: false },
      ...(facts === undefined ? {} : { facts: { shape: facts, optional: false } }),
      ...(state === undefined ? {} : { state: { shape: stateOf(state), optional: false } }),
    },
  };
}

function stateOf({ policy, limits }: NonNullable<RuleDocuments["state"]>): ObjectShape {
  return { kind: "object", properties: { [policy]: { shape: limits, optional: false } } };
}

/** Reads a rule's predicate as one expression: a condition, or the value that it derives. */
export function readPredicate(
  predicate: PredicateSource,
  documents: RuleDocuments,
  policy: PolicyScope,
  visitAnswer: (node: Node, context: VisitContext) => Expression = visitCondition,
): Expression {
  const roots = rootsOf(ruleContract(policy.contract, documents), documents);
  const context: VisitContext = {
    policy,
    roots,
    bindings: new Map(),
    replaced: new Map(),
    fresh: createFresh(),
  };
  if (predicate.isAsync())
    return refuse(predicate, "FG2020", "a predicate cannot wait: it is decided at once");
  const [parameter, ...rest] = predicate.getParameters();
  if (rest.length > 0) return refuse(predicate, "FG1005", "a predicate is handed one object");
  const body = predicate.getBody();
  if (body === undefined) return refuse(predicate, "FG1005");
  const read = (inside: VisitContext) =>
    Node.isBlock(body) ? visitBlock(body, inside, visitAnswer) : visitAnswer(body, inside);
  return parameter === undefined ? read(context) : bindContext(parameter.getNameNode(), context, read);
}

/** The names that predicates are handed; where they stand in the source is told by their uses. */
function rootsOf(contract: ObjectShape, documents: RuleDocuments): Roots {
  const origin: Origin = { file: "", line: 1, column: 1, endLine: 1, endColumn: 1 };
  const read = (document: ReadNode["document"], path: readonly string[], shape: Shape): Expression => ({
    kind: "read",
    document,
    path,
    optional: false,
    type: present(shape),
    origin,
  });
  const hidden = new Set(["contract", "facts", "state", "derived", "granted"]);
  const roots = new Map<string, Expression>();
  for (const [name, { shape }] of Object.entries(contract.properties)) {
    if (!hidden.has(name)) roots.set(name, read("input", [name], shape));
  }
  const { data, facts, args, derived, state } = documents;
  if (data !== undefined) roots.set("data", read("data", [], data));
  if (facts !== undefined) roots.set("facts", read("input", ["facts"], facts));
  if (state !== undefined) roots.set("state", read("input", ["state", state.policy], state.limits));
  if (derived !== undefined) roots.set("derived", read("derived", [], derived));
  if (args !== undefined) roots.set("args", read("input", ["action", "args"], args));
  return roots;
}
