export { blockUnguardedTools, UnguardedToolError } from "./block-unguarded-tools.ts";
export type { ForegoMiddlewareOptions } from "./forego-middleware.ts";
export { foregoMiddleware } from "./forego-middleware.ts";
export { guardTool, guardTools } from "./guard-tool.ts";
export type { LangChainHost } from "./langchain-host.ts";
export type { DecisionReport } from "./report-decision.ts";
