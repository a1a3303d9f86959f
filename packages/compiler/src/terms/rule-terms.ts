import { type Category, type Effect, type Phase, phases, reservedPrefix } from "@forego/core";
import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import type { RuleSource } from "../project/policy-source.ts";
import type { RuleFacts } from "../schema/policy-facts.ts";
import { checkEffectTerms, type EffectTerms } from "./effect-terms.ts";
import { requireText, told } from "./kept-text.ts";
import { checkPhasesOfPaths, phasesOfPaths } from "./redacted-path.ts";
import { checkTool } from "./tool-terms.ts";

/** What a rule says of itself, checked. */
export interface RuleTerms extends EffectTerms {
  readonly effect: Effect;
  readonly reason: string;
  readonly on: readonly Phase[];
  readonly remediation?: string;
  readonly appeal_path?: string;
  readonly audit?: boolean;
}

/** The effects that each category may use beside `derive`, which only `identity` has. */
const effectsOf: Readonly<Record<Category, readonly Effect[]>> = {
  identity: ["deny"],
  resource: ["allow", "deny", "require_approval"],
  workflow: ["deny", "require_approval", "budget"],
  compliance: ["deny", "require_approval", "redact", "transform", "audit"],
  override: ["deny", "lift"],
};

/** Checks a rule's name. */
export function checkRuleName(name: string, node: Node): void {
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) return;
  const fix = "use letters, digits and underscores, with a letter first";
  refuse(node, "FG1006", `'${name}' cannot be a rule's name`, fix);
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

/** Where a rule applies that does not say it: where what it names is. */
function defaultPhases({ tool }: RuleFacts, { paths, lifted }: EffectTerms): readonly unknown[] {
  if (tool?.isModel === true) return ["model_call"];
  if (paths !== undefined) return phasesOfPaths(paths);
  const lifts = (lifted ?? []).flatMap(({ on }) => (Array.isArray(on) ? on : ["tool_call"]));
  return lifts.length > 0 ? lifts : ["tool_call"];
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
