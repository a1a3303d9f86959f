import type { ApprovalSource, BudgetTerms, Effect } from "@forego/core";
import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import type { LiftedFacts, RuleFacts, ToolFacts } from "../schema/policy-facts.ts";
import { checkWindow } from "./budget-window.ts";
import { isText, requireText, told } from "./kept-text.ts";
import { misledPath } from "./misled-path.ts";
import { isRedactablePath, isResultPath } from "./redacted-path.ts";

/** What a rule says because of its effect, checked. */
export interface EffectTerms {
  readonly from?: ApprovalSource;
  readonly overridable?: { readonly by: readonly string[] };
  readonly paths?: readonly string[];
  readonly budget?: BudgetTerms;
  /** What a lift names. Whether those rules are there, and may be lifted, is found out when policies are linked. */
  readonly lifted?: readonly LiftedFacts[];
}

/** The effects that an override may take back. */
const liftable: ReadonlySet<Effect> = new Set(["deny", "require_approval", "redact"]);

/** Checks what a rule says because of its effect; the first that is wrong is refused where it stands. */
export function checkEffectTerms(effect: Effect, facts: RuleFacts, at: (name: string) => Node): EffectTerms {
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
