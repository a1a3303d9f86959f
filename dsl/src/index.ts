export type { PolicyInput } from "@forego/core";
export { asciiLower } from "./ascii-lower.ts";
export type { BudgetOptions, BudgetState, RateLimitOptions, StateDocument, Window } from "./budget-rule.ts";
export { hourAt, longerThan, minutesBetween, weekdayAt } from "./calendar.ts";
export { cidrContains } from "./cidr-contains.ts";
export type { DeriveOptions, DeriveRule, DeriveRules } from "./derive-rule.ts";
export { emailDomain } from "./email-domain.ts";
export type { LiftedRule, LiftOptions } from "./lift-rule.ts";
export { ruleIdOf } from "./lift-rule.ts";
export type { Model } from "./model.ts";
export { model } from "./model.ts";
export { isInside, normalPath } from "./paths.ts";
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
export { removePrefix } from "./remove-prefix.ts";
export { removeSuffix } from "./remove-suffix.ts";
export type { Frozen, SchemaValue } from "./schema-value.ts";
export type { IntBounds } from "./schemas.ts";
export { int, isoTime } from "./schemas.ts";
export { difference, intersection, intersects, isSubset } from "./set-operations.ts";
export { after, before } from "./time.ts";
export { toMinorUnits } from "./to-minor-units.ts";
export type { Tool, ToolOptions } from "./tool.ts";
export { tool } from "./tool.ts";
export type { UrlScheme } from "./url.ts";
export { urlHost, urlPath, urlScheme } from "./url.ts";
