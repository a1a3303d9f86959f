export { decisionKey } from "./decisions/denial.ts";
export type { Authenticated, Gateway, GatewayOptions, ListenOptions } from "./gateway.ts";
export { createGateway } from "./gateway.ts";
export type { GatewayTrouble } from "./gateway-trouble.ts";
export type { GuardClientOptions, GuardedClient } from "./guard-client.ts";
export { guardClient } from "./guard-client.ts";
export type { HttpServer } from "./http/http-upstream.ts";
export type { McpHost } from "./mcp-host.ts";
export type { ServerPlace, StdioServer } from "./open-upstream.ts";
