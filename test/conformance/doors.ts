import type { Door } from "./door.ts";
import { aiSdkDoors } from "./doors/ai-sdk.ts";
import { authZen } from "./doors/authzen.ts";
import { langchainAgent } from "./doors/langchain-agent.ts";
import { langchainGraph } from "./doors/langchain-graph.ts";
import { mcpGateway } from "./doors/mcp.ts";
import { mcpClient } from "./doors/mcp-client.ts";
import { mcpGatewayStateless } from "./doors/mcp-stateless.ts";
import { policyOpa } from "./doors/policy-opa.ts";

/** Every way that we know of in which an application puts Forego before an agent. */
export const doors: readonly Door[] = [
  langchainAgent,
  langchainGraph,
  ...aiSdkDoors,
  policyOpa,
  mcpGateway,
  mcpGatewayStateless,
  mcpClient,
  authZen,
];
