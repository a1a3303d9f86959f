export type { ForegoMiddlewareOptions } from "./forego-middleware.ts";
export { foregoMiddleware } from "./forego-middleware.ts";
export type { LangChainHost } from "./langchain-host.ts";
export type { DecisionReport } from "./report-decision.ts";
export { blockUnguardedTools, UnguardedToolError } from "./tools/block-unguarded-tools.ts";
export { guardTool, guardTools } from "./tools/guard-tool.ts";
