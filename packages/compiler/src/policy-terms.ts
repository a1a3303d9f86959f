import {
  type ApprovalSource,
  type Category,
  categories,
  type Effect,
  type Phase,
  phases,
  reservedPrefix,
} from "@forego/core";
import { isUtcTime } from "@forego/ir";
import type { Node, ObjectLiteralExpression } from "ts-morph";
import { refuse } from "./diagnostics/refusal.ts";
import type { PolicyFacts, RuleFacts, ToolFacts } from "./schema/policy-facts.ts";

/** What a policy says of itself, checked. */
export interface PolicyTerms {
  readonly category: Category;
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  /** Only of an override: the time from which its rules match no more. */
  readonly expires?: string;
  readonly default_effect?: "allow";
}

/** What a rule says of itself, checked. */
export interface RuleTerms {
  readonly effect: Effect;
  readonly reason: string;
  readonly on: readonly Phase[];
  readonly from?: ApprovalSource;
  readonly remediation?: string;
  readonly appeal_path?: string;
  readonly audit?: boolean;
}

/** The effects that each category may use beside `derive`, which only `identity` has. What an override lifts, and what is redacted, joins later. */
const effectsOf: Readonly<Record<Category, readonly Effect[]>> = {
  identity: ["deny"],
  resource: ["allow", "deny", "require_approval"],
  workflow: ["deny", "require_approval"],
  compliance: ["deny", "require_approval"],
  override: ["deny"],
};

/** Checks a policy's terms; the first that is wrong is refused where it stands. */
export function checkPolicyTerms(facts: PolicyFacts, terms: ObjectLiteralExpression): PolicyTerms {
  const at = (name: string) => terms.getProperty(name) ?? terms;
  const { category, name, version, owner, justification, expires } = facts;
  if (!isCategory(category)) {
    return refuse(
      at("category"),
      "FG1013",
      "there is no such category",
      `use one of ${categories.join(", ")}`,
    );
  }
  if (typeof name !== "string" || !/^[a-z][a-z0-9_]*$/.test(name)) {
    return refuse(at("name"), "FG1006", `${told(name)} cannot be a policy's name`);
  }
  if (typeof version !== "string" || !/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(version)) {
    return refuse(at("version"), "FG1007");
  }
  if (facts.default !== undefined && (facts.default !== "allow" || category !== "resource")) {
    return refuse(
      at("default"),
      "FG1013",
      "only a resource policy can have a default, and only `allow` can be one",
      "leave `default` out: what no rule allows is denied",
    );
  }
  if (facts.derives !== undefined && category !== "identity") {
    return refuse(at("derives"), "FG1013", "only an identity policy derives", "move the rules to one");
  }
  if (facts.derived !== undefined && category === "identity") {
    return refuse(
      at("derived"),
      "FG1013",
      "an identity policy reads nothing that is derived: it comes before all others",
      "compute the value in a helper function that both rules call",
    );
  }
  if (owner !== undefined) requireText(owner, "`owner`", at("owner"));
  for (const tool of facts.tools) checkTool(tool, terms);
  if (category === "override") {
    if (!isText(owner)) return refuse(at("owner"), "FG1012", "the override has no owner");
    if (!isText(justification)) {
      return refuse(at("justification"), "FG1012", "the override has no justification");
    }
    if (typeof expires !== "string" || !isUtcTime(expires)) {
      return refuse(at("expires"), "FG1012", "the override does not say as UTC time when it expires");
    }
  }
  return {
    category,
    name,
    version,
    ...(isText(owner) ? { owner } : {}),
    ...(category === "override" && typeof expires === "string" ? { expires } : {}),
    ...(facts.default === "allow" ? { default_effect: "allow" } : {}),
  };
}

/** Checks a rule's terms; the first that is wrong is refused where it stands. */
export function checkRuleTerms(
  facts: RuleFacts,
  options: ObjectLiteralExpression,
  category: Category,
): RuleTerms {
  const at = (name: string): Node => options.getProperty(name) ?? options;
  const effect = effectsOf[category].find((one) => one === facts.effect);
  if (effect === undefined) {
    return refuse(
      options.getParentOrThrow(),
      "FG1013",
      `a policy of the category '${category}' may not ${String(facts.effect)}`,
    );
  }
  const { reason, remediation, appeal_path, audit } = facts;
  if (typeof reason === "string" && reason.startsWith(reservedPrefix)) return refuse(at("reason"), "FG1014");
  if (typeof reason !== "string" || !/^[a-z][a-z0-9_]*$/.test(reason)) {
    return refuse(at("reason"), "FG1006", `${told(reason)} cannot be a reason`);
  }
  if (facts.tool !== undefined) checkTool(facts.tool, at("tool"));
  const on = checkPhases(facts.on ?? ["tool_call"], effect, at("on"));
  return {
    effect,
    reason,
    on,
    ...(effect === "require_approval" ? { from: checkFrom(facts.from ?? "user", at("from")) } : {}),
    ...(remediation === undefined
      ? {}
      : { remediation: requireText(remediation, "`remediation`", at("remediation")) }),
    ...(appeal_path === undefined
      ? {}
      : { appeal_path: requireText(appeal_path, "`appeal_path`", at("appeal_path")) }),
    ...(audit === true ? { audit } : {}),
  };
}

/** Checks a rule's name. */
export function checkRuleName(name: string, node: Node): void {
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) return;
  const fix = "use letters, digits and underscores, with a letter first";
  refuse(node, "FG1006", `'${name}' cannot be a rule's name`, fix);
}

function checkPhases(on: unknown, effect: Effect, node: Node): readonly Phase[] {
  const isList = Array.isArray(on) && on.length > 0 && on.every((phase) => phases.includes(phase));
  if (!isList) return refuse(node, "FG1006", "there is no such phase", `use ${phases.join(", ")}`);
  if (effect === "require_approval" && on.includes("tool_result")) {
    return refuse(
      node,
      "FG1013",
      "a result cannot wait for an approval: the call has happened",
      "ask before the call, or deny the result",
    );
  }
  return phases.filter((phase) => on.includes(phase));
}

function checkFrom(from: unknown, node: Node): ApprovalSource {
  if (from === "user") return from;
  const { groups, not_requester, quorum = 1 } = from as Readonly<Record<string, unknown>>;
  const isList = Array.isArray(groups) && groups.length > 0 && groups.every(isText);
  if (!isList) return refuse(node, "FG1006", "`from` names nobody", 'use "user" or { groups: ["..."] }');
  const approval = { groups, not_requester: not_requester !== false };
  if (quorum === 1) return approval;
  if (Number.isSafeInteger(quorum) && Number(quorum) > 1) return { ...approval, quorum: Number(quorum) };
  return refuse(node, "FG1006", "`quorum` is no number of people", "write a whole number, 1 or more");
}

function checkTool({ name, data_classes = [] }: Omit<ToolFacts, "args">, node: Node): void {
  requireText(name, "the tool's name", node);
  for (const dataClass of data_classes) requireText(dataClass, "a data class of the tool", node);
}

function requireText(value: unknown, what: string, node: Node): string {
  const problem = `${what} is not a text that can be kept`;
  return isText(value) ? value : refuse(node, "FG1006", problem, "write a text that is not empty");
}

function told(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : "this";
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.isWellFormed();
}

function isCategory(value: unknown): value is Category {
  return categories.some((category) => category === value);
}
