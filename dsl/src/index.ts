export type { PolicyInput } from "@forego/core";
export type {
  ApprovalFrom,
  ApprovalOptions,
  Effects,
  OverrideTerms,
  Policy,
  PolicyContext,
  Rule,
  RuleOptions,
} from "./policy.ts";
export { policy } from "./policy.ts";
export type { IntBounds } from "./schemas.ts";
export { int, isoTime } from "./schemas.ts";
export { after, before } from "./time.ts";
export type { Tool, ToolOptions } from "./tool.ts";
export { tool } from "./tool.ts";
