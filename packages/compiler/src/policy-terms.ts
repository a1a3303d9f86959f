import {
  type ApprovalSource,
  type BudgetTerms,
  type Category,
  categories,
  type Effect,
  type Phase,
  phases,
  reservedPrefix,
} from "@forego/core";
import { isUtcTime } from "@forego/ir";
import type { Node, ObjectLiteralExpression } from "ts-morph";
import { checkWindow } from "./budget-window.ts";
import { refuse } from "./diagnostics/refusal.ts";
import { misledPath } from "./misled-path.ts";
import type { RuleSource } from "./project/policy-source.ts";
import { checkPhasesOfPaths, isRedactablePath, isResultPath, phasesOfPaths } from "./redacted-path.ts";
import type { LiftedFacts, PolicyFacts, RuleFacts, ToolFacts } from "./schema/policy-facts.ts";

/** What a policy says of itself, checked. */
export interface PolicyTerms {
  readonly category: Category;
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  /** Only of an override: the time from which its rules match no more. */
  readonly expires?: string;
  /** Only of an override. */
  readonly justification?: string;
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
  readonly overridable?: { readonly by: readonly string[] };
  readonly paths?: readonly string[];
  readonly budget?: BudgetTerms;
  /** What a lift names. Whether those rules are there, and may be lifted, is found out when policies are linked. */
  readonly lifted?: readonly LiftedFacts[];
}

/** The effects that each category may use beside `derive`, which only `identity` has. */
const effectsOf: Readonly<Record<Category, readonly Effect[]>> = {
  identity: ["deny"],
  resource: ["allow", "deny", "require_approval"],
  workflow: ["deny", "require_approval", "budget"],
  compliance: ["deny", "require_approval", "redact", "transform", "audit"],
  override: ["deny", "lift"],
};

/** The effects that an override may take back. */
const liftable: ReadonlySet<Effect> = new Set(["deny", "require_approval", "redact"]);

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
  checkState(facts, at("state"));
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
    ...(category === "override" && isText(justification) ? { justification } : {}),
    ...(facts.default === "allow" ? { default_effect: "allow" } : {}),
  };
}

/** Checks a rule's terms; the first that is wrong is refused where it stands. */
export function checkRuleTerms(
  facts: RuleFacts,
  { options }: Pick<RuleSource, "options">,
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
  const effectTerms = checkEffectTerms(effect, facts, at);
  const on = checkPhases(facts.on ?? defaultPhases(facts, effectTerms), effect, at("on"));
  if (facts.tool?.isModel === true && on.some((phase) => phase !== "model_call"))
    return refuse(
      at("on"),
      "FG1013",
      "a model is called in the phase `model_call`, and in no other",
      "leave `on` out",
    );
  checkPhasesOfPaths(effectTerms.paths ?? [], on, at("on"));
  return {
    ...{ effect, reason, on, ...effectTerms },
    ...(remediation === undefined
      ? {}
      : { remediation: requireText(remediation, "`remediation`", at("remediation")) }),
    ...(appeal_path === undefined
      ? {}
      : { appeal_path: requireText(appeal_path, "`appeal_path`", at("appeal_path")) }),
    ...(audit === true ? { audit } : {}),
  };
}

type EffectTerms = Pick<RuleTerms, "from" | "overridable" | "paths" | "budget" | "lifted">;

/** What a rule says because of its effect. */
function checkEffectTerms(effect: Effect, facts: RuleFacts, at: (name: string) => Node): EffectTerms {
  const { from = "user", overridable, paths, lifts } = facts;
  return {
    ...(effect === "require_approval" ? { from: checkFrom(from, at("from")) } : {}),
    ...(overridable === undefined ? {} : { overridable: checkOverridable(effect, overridable, at) }),
    ...(effect === "redact" ? { paths: checkPaths(paths, facts.tool, at("paths")) } : {}),
    ...(effect === "lift" ? { lifted: checkLifts(lifts, at("lifts")) } : {}),
    ...(effect === "budget" ? { budget: checkBudget(facts, at) } : {}),
  };
}

function checkBudget(
  { window, soft, rate, unit = "units" }: RuleFacts,
  at: (name: string) => Node,
): BudgetTerms {
  return {
    window_ms: checkWindow(window, at("window")),
    soft: soft === true,
    rate: rate === true,
    unit: requireText(unit, "`unit`", at("unit")),
  };
}

/** Where a rule applies that does not say it: where what it names is. */
function defaultPhases({ tool }: RuleFacts, { paths, lifted }: EffectTerms): readonly unknown[] {
  if (tool?.isModel === true) return ["model_call"];
  if (paths !== undefined) return phasesOfPaths(paths);
  const lifts = (lifted ?? []).flatMap(({ on }) => (Array.isArray(on) ? on : ["tool_call"]));
  return lifts.length > 0 ? lifts : ["tool_call"];
}

function checkOverridable(effect: Effect, overridable: unknown, at: (name: string) => Node) {
  const node = at("overridable");
  if (!liftable.has(effect))
    return refuse(node, "FG1013", `nobody can override a rule that is no restriction`);
  const by: unknown = (overridable as { readonly by?: unknown } | null)?.by;
  if (Array.isArray(by) && by.length > 0 && by.every(isText)) return { by };
  return refuse(
    node,
    "FG1006",
    "`overridable` names nobody",
    'write { by: ["..."] }, with the owners of overrides',
  );
}

function checkPaths(paths: unknown, tool: ToolFacts | undefined, node: Node): readonly string[] {
  if (!Array.isArray(paths) || paths.length === 0) return refuse(node, "FG1026", "no path is given");
  return paths.map((path: unknown) => {
    if (!isRedactablePath(path))
      return refuse(node, "FG1026", `${told(path)} is no path that can be redacted`);
    // of a result no schema is known
    const misled = tool === undefined || isResultPath(path) ? undefined : misledPath(path, tool.args);
    // fail closed: a path that leads to nothing would let the value go out
    return misled === undefined ? path : refuse(node, "FG1026", misled.message, misled.fix);
  });
}

function checkLifts(lifts: readonly LiftedFacts[] | undefined, node: Node): readonly LiftedFacts[] {
  if (lifts === undefined || lifts.length === 0) return refuse(node, "FG1023", "no rule is named");
  if (lifts.some(({ rule }) => rule === undefined))
    return refuse(node, "FG1023", "what is named is no rule of a policy");
  return lifts;
}

/** Only limits of the policy itself are read. */
function checkState({ state, rules, category }: PolicyFacts, node: Node): void {
  if (state === undefined) return;
  const isLimit = (name: unknown) =>
    typeof name === "string" && Object.hasOwn(rules, name) && rules[name]?.effect === "budget";
  if (category !== "workflow") refuse(node, "FG1013", "only a workflow policy has limits to read");
  const wrong: unknown = Array.isArray(state) ? state.find((name) => !isLimit(name)) : state;
  if (wrong !== undefined) refuse(node, "FG1028", `${told(wrong)} is no budget or rate limit of this policy`);
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
  if (effect === "budget" && on.includes("tool_result")) {
    return refuse(
      node,
      "FG1013",
      "a limit cannot be on results: the call has been made",
      "reserve before the call what it may cost",
    );
  }
  if (effect === "transform" && on.some((phase) => phase !== "tool_call")) {
    return refuse(node, "FG1013", "only the arguments of a call of a tool can be set", "leave `on` out");
  }
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

function checkTool({ name, data_classes = [], classify = {} }: Omit<ToolFacts, "args">, node: Node): void {
  requireText(name, "the tool's name", node);
  for (const dataClass of data_classes) requireText(dataClass, "a data class of the tool", node);
  checkClassify(classify, node);
}

function checkClassify(classify: unknown, node: Node): void {
  const lists: readonly [string, unknown][] =
    typeof classify === "object" && classify !== null ? Object.entries(classify) : [["", undefined]];
  for (const [name, names] of lists) {
    const isKnown = (name === "args" || name === "result") && Array.isArray(names) && names.every(isText);
    if (isKnown && new Set(names).size === names.length && names.length > 0) continue;
    const fix = 'write lists of their names: classify: { args: ["pii"], result: ["pii"] }';
    refuse(node, "FG1006", "`classify` of the tool does not name classifiers", fix);
  }
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
