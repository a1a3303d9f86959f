export type { PolicyInput } from "@forego/core";
export type { BudgetOptions, BudgetState, RateLimitOptions, StateDocument, Window } from "./budget-rule.ts";
export type { DeriveOptions, DeriveRule, DeriveRules } from "./derive-rule.ts";
export { asciiLower } from "./intrinsics/ascii-lower.ts";
export { hourAt, longerThan, minutesBetween, weekdayAt } from "./intrinsics/calendar.ts";
export { cidrContains } from "./intrinsics/cidr-contains.ts";
export { emailDomain } from "./intrinsics/email-domain.ts";
export { isInside, normalPath } from "./intrinsics/paths.ts";
export { removePrefix } from "./intrinsics/remove-prefix.ts";
export { removeSuffix } from "./intrinsics/remove-suffix.ts";
export { difference, intersection, intersects, isSubset } from "./intrinsics/set-operations.ts";
export { after, before } from "./intrinsics/time.ts";
export { toMinorUnits } from "./intrinsics/to-minor-units.ts";
export type { UrlScheme } from "./intrinsics/url.ts";
export { urlHost, urlPath, urlScheme } from "./intrinsics/url.ts";
export type { LiftedRule, LiftOptions } from "./lift-rule.ts";
export { ruleIdOf } from "./lift-rule.ts";
export type { Model } from "./model.ts";
export { model } from "./model.ts";
export type {
  ApprovalFrom,
  ApprovalOptions,
  ArgumentValues,
  DerivedDocument,
  Effects,
  Overridable,
  OverrideTerms,
  Policy,
  PolicyContext,
  PolicyDocuments,
  RedactOptions,
  Rule,
  RuleOfAll,
  RuleOptions,
  ToldPath,
  ToolArguments,
  TransformOptions,
} from "./policy.ts";
export { policy } from "./policy.ts";
export type { RegoEffects, RegoPolicy, RegoReads, RegoRule, RegoRuleOptions } from "./rego.ts";
export { rego } from "./rego.ts";
export type { Frozen, SchemaValue } from "./schema-value.ts";
export type { IntBounds } from "./schemas.ts";
export { int, isoTime } from "./schemas.ts";
export type { Tool, ToolOptions } from "./tool.ts";
export { tool } from "./tool.ts";
