import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";

/**
 * What stands behind a call over MCP, handed to the guard's `identify` as it is. Nothing that a client says of itself
 * is in it: no header, no `clientInfo`, no `_meta`.
 */
export interface McpHost {
  readonly adapter: "mcp";
  /** `client` is an application that calls a server itself. */
  readonly transport: "stdio" | "http" | "client";
  /** The configured name of the server. */
  readonly server: string;
  /** What `authenticate` made of the HTTP request that brought the call. */
  readonly authInfo?: AuthInfo;
  /** What the application gave as `context` to `guardClient`. */
  readonly context?: unknown;
}
