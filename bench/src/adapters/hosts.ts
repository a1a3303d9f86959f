import { aiSdkHost, aiSdkTools } from "./ai-sdk-host.ts";
import type { Host } from "./host.ts";
import { langchainHost, langchainTools } from "./langchain-host.ts";
import { mcpHttp, mcpStdio } from "./mcp-hosts.ts";

/** The hosts whose tool calls are timed. */
export const hosts: readonly Host[] = [
  langchainHost,
  langchainTools,
  aiSdkHost,
  aiSdkTools,
  mcpStdio,
  mcpHttp,
];
