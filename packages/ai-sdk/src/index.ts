export type { AiSdkHost } from "./ai-sdk-host.ts";
export type { ConversationOptions } from "./conversation.ts";
export type { GuardAgentOptions, GuardedAgent } from "./guard-agent.ts";
export { guardAgent } from "./guard-agent.ts";
export type { WrappableModel } from "./guard-model.ts";
export type { GuardedTools, GuardToolsOptions } from "./guard-tools.ts";
export { guardTools } from "./guard-tools.ts";
export { PolicyDeniedError } from "./policy-denied-error.ts";
