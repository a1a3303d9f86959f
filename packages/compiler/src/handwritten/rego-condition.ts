import { type Expression, membersOf, type ObjectShape, type RegoNode, type Shape } from "@forego/ir";
import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import type { RuleSource } from "../project/policy-source.ts";
import type { RuleFacts } from "../schema/policy-facts.ts";
import { booleanType, present, propertyOf } from "../types/value-types.ts";
import type { RegoHit, RegoModule } from "./read-rego.ts";

/** What a condition in Rego is made for. */
export interface RegoConditionParts {
  readonly module: RegoModule;
  /** The rule: `category.policy.rule`, and its name in the policy. */
  readonly id: string;
  readonly name: string;
  readonly source: RuleSource;
  readonly facts: RuleFacts;
  /** The contract, with the shapes of the facts and the arguments of the rule's tool. */
  readonly contract: ObjectShape;
  /** Names of the facts that the policy declares. */
  readonly factNames: readonly string[];
}

/** A path that a rule says it reads. */
interface Declared {
  readonly path: readonly string[];
  readonly optional: boolean;
}

/** What hand-written Rego asks for a rule. What it reads must be among what the rule says; each of those is guarded. */
export function regoCondition(parts: RegoConditionParts): RegoNode {
  const { module, id, name, source, facts } = parts;
  const hit = module.hits.get(name);
  const node = source.options.getProperty("reads") ?? module.readsAt;
  if (hit === undefined) {
    // a deny that nothing adds would look like one that is there
    const problem = `nothing in ${module.file} adds '${name}' to \`hits\``;
    return refuse(source.property, "FG1031", problem, `write: hits contains "${name}" if { ... }`);
  }
  const declared = declaredReads(facts.reads ?? module.reads, node, parts);
  for (const one of declared) {
    const problem = problemOf(one, parts.contract);
    if (problem !== undefined) refuse(node, "FG1034", problem);
  }
  for (const { path, location } of hit.reads) {
    if (declared.some((one) => one.path.every((step, index) => path[index] === step))) continue;
    const text = path.join(".");
    const fix = `add "${text}" to what '${name}' reads`;
    module.report(location, "FG1032", { message: `'${name}' reads input.${text}, and does not say so`, fix });
  }
  const read = ({ path, optional }: Declared): Expression => {
    const shape = shapeAt(path, parts.contract) ?? { kind: "unknown" };
    return { kind: "read", document: "input", path, optional, type: present(shape), origin: hit.origin };
  };
  return {
    kind: "rego",
    rule: id,
    package: module.package,
    digest: module.digest,
    reads: [...declared.map(read), ...(hit.readsData ? [dataRead(hit)] : [])],
    type: booleanType,
    origin: hit.origin,
  };
}

/** The policy's data: they are part of what the rule means, and of no guard. */
function dataRead({ origin }: RegoHit): Expression {
  return {
    kind: "read",
    document: "data",
    path: [],
    optional: false,
    type: present({ kind: "unknown" }),
    origin,
  };
}

/** All that the contract has, where `"input"` is written: what a host need not know may be absent then. */
function declaredReads(
  reads: unknown,
  node: Node,
  { contract, factNames }: RegoConditionParts,
): readonly Declared[] {
  if (reads === "input") {
    const whole = ["tenant", "agent", "user", "action", "context", "environment"].map((name) => ({
      path: [name],
      optional: contract.properties[name]?.optional === true,
    }));
    return [...whole, ...factNames.map((name) => ({ path: ["facts", name], optional: false }))];
  }
  const isList = Array.isArray(reads) && reads.every((path) => typeof path === "string" && path !== "");
  if (!isList) return refuse(node, "FG1034", '`reads` is no list of paths, and not "input"');
  return (reads as readonly string[]).map((text) => ({
    path: text.replace(/\?$/, "").split("."),
    optional: text.endsWith("?"),
  }));
}

/** What keeps a path from being guarded. */
function problemOf({ path, optional }: Declared, contract: ObjectShape): string | undefined {
  const text = path.join(".");
  if (["contract", "granted", "state", "derived"].includes(path[0] ?? ""))
    return `'${text}' is nothing that hand-written Rego can read`;
  if (path[0] === "facts" && path.length === 1) return "'facts' are read one by one: facts.<name>";
  if (shapeAt(path, contract) === undefined) {
    return path.slice(0, 2).join(".") === "action.args"
      ? `nothing says what '${text}' must be: pin the rule to a tool that has it, or read action.args`
      : `there is no '${text}' in the contract, nor in the facts of the policy`;
  }
  return optional && !mayBeAbsent(path, contract)
    ? `'${text}' is always there: leave out the question mark`
    : undefined;
}

function mayBeAbsent(path: readonly string[], contract: ObjectShape): boolean {
  const parent = shapeAt(path.slice(0, -1), contract) ?? contract;
  return propertyOf(parent, path.at(-1) ?? "")?.optional === true;
}

/** What must stand at a path of the contract; `undefined` where it has no such path. */
function shapeAt(path: readonly string[], contract: ObjectShape): Shape | undefined {
  return path.reduce<Shape | undefined>((shape, name) => {
    if (shape === undefined || membersOf(shape).length !== 1) return undefined;
    return propertyOf(shape, name)?.shape;
  }, contract);
}
