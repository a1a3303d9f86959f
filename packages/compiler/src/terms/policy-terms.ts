import { type Category, categories } from "@forego/core";
import { isUtcTime } from "@forego/ir";
import type { Node, ObjectLiteralExpression } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import type { PolicyFacts } from "../schema/policy-facts.ts";
import { isText, requireText, told } from "./kept-text.ts";
import { checkTool } from "./tool-terms.ts";

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

/** Only limits of the policy itself are read. */
function checkState({ state, rules, category }: PolicyFacts, node: Node): void {
  if (state === undefined) return;
  const isLimit = (name: unknown) =>
    typeof name === "string" && Object.hasOwn(rules, name) && rules[name]?.effect === "budget";
  if (category !== "workflow") refuse(node, "FG1013", "only a workflow policy has limits to read");
  const wrong: unknown = Array.isArray(state) ? state.find((name) => !isLimit(name)) : state;
  if (wrong !== undefined) refuse(node, "FG1028", `${told(wrong)} is no budget or rate limit of this policy`);
}

function isCategory(value: unknown): value is Category {
  return categories.some((category) => category === value);
}
