/**
 * Names of attributes and metrics. The `gen_ai.*` ones are copied from the OpenTelemetry GenAI conventions (in
 * development: they are not imported, so that a release of theirs changes nothing here); there is no merged
 * convention for policy decisions, so those are ours.
 */

/** The decision's id, under the name that OPA's own spans and logs use. @example "411177d3-8342-44a1-8bfe-e4acd3fb90db" */
export const ATTR_DECISION_ID = "opa.decision_id";
/** @example "deny" */
export const ATTR_EFFECT = "forego.effect";
/** Codes, sorted. @example ["data_class_unauthorized_for_user"] */
export const ATTR_REASONS = "forego.reasons";
/** One of the reasons; on metrics. @example "data_class_unauthorized_for_user" */
export const ATTR_REASON = "forego.reason";
/** Ids of the rules that matched. @example ["compliance.data_access.user_data_access"] */
export const ATTR_MATCHED_RULES = "forego.matched_rules";
/** Where those rules stand. @example ["data_access.policy.ts:14:5"] */
export const ATTR_RULE_SOURCES = "forego.rule_sources";
/** Rules that could not be checked, with the paths that made them so. @example ["workflow.limits.turns: context.turn_count"] */
export const ATTR_INVALID_RULES = "forego.invalid_rules";
/** Rules that matched and were lifted. @example ["resource.exports.freeze"] */
export const ATTR_OVERRIDDEN_RULES = "forego.overridden_rules";
/** There where somebody is to look at the decision: `true`. */
export const ATTR_AUDIT_REQUIRED = "forego.audit_required";
/** @example "tool_call" */
export const ATTR_PHASE = "forego.phase";
/** @example "wasm" */
export const ATTR_ENGINE = "forego.engine";
/** Digest of the release. @example "sha256:f50da4…" */
export const ATTR_RELEASE = "forego.release";
/** @example "1.4.7" */
export const ATTR_POLICY_VERSION = "forego.policy_version";
/** Whether the host was told to obey. */
export const ATTR_ENFORCED = "forego.enforced";
/** The reserved reason, when trouble decided. @example "forego.deadline" */
export const ATTR_ERROR_TYPE = "error.type";

/** @example "crm.search" */
export const ATTR_TOOL_NAME = "gen_ai.tool.name";
export const ATTR_TOOL_CALL_ID = "gen_ai.tool.call.id";
export const ATTR_CONVERSATION_ID = "gen_ai.conversation.id";
export const ATTR_AGENT_ID = "gen_ai.agent.id";

/** Histogram, in seconds: from the host's call to the decision. */
export const METRIC_DECISION_DURATION = "forego.decision.duration";
/** Counter: one for each reason of each decision; an allow without a reason counts once. */
export const METRIC_DECISIONS = "forego.decisions";
