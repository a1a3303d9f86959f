export type { ForegoMiddlewareOptions } from "./forego-middleware.ts";
export { foregoMiddleware } from "./forego-middleware.ts";
export type { LangChainHost } from "./langchain-host.ts";
