import type { Requirement } from "./requirements.ts";

/** A requirement that a door does not hold, and why. */
export interface KnownGap {
  readonly door: string;
  readonly requirement: Requirement;
  /** A text below "What this does not protect against" of the adapter's README. */
  readonly named: string;
}

/** They run all the same, and fail the suite as soon as one of them holds. */
export const knownGaps: readonly KnownGap[] = [
  { door: "LangChain, ToolNode", requirement: "tools.hidden", named: "sees no calls of the model" },
  { door: "LangChain, ToolNode", requirement: "model.insists", named: "sees no calls of the model" },
  { door: "MCP gateway", requirement: "model.insists", named: "sees no turns of the model" },
  { door: "MCP gateway, 2026-07-28", requirement: "model.insists", named: "sees no turns of the model" },
  { door: "MCP guardClient", requirement: "model.insists", named: "sees no turns of the model" },
  { door: "AI SDK, policy-opa", requirement: "tool.throws", named: "nobody says how a call ended" },
  { door: "AI SDK, policy-opa", requirement: "approval.refused", named: "hears of no refusal" },
  { door: "AI SDK, policy-opa", requirement: "budget.given_back", named: "nobody says how a call ended" },
  { door: "AI SDK, policy-opa", requirement: "model.insists", named: "calls of the model are not decided" },
  { door: "AuthZEN", requirement: "tool.throws", named: "Nobody says how a call ended" },
  { door: "AuthZEN", requirement: "budget.given_back", named: "Nobody says how a call ended" },
  { door: "AuthZEN", requirement: "tools.hidden", named: "which tools to show" },
];
