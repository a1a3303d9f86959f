import type { Guard } from "@forego/core";
import type { LanguageModel, ToolSet } from "ai";
import type { AiSdkHost } from "./ai-sdk-host.ts";
import { createConversation } from "./conversation.ts";
import { type GuardModelOptions, guardConversationModel } from "./guard-model.ts";
import { type GuardedTools, type GuardToolsOptions, guardConversationTools } from "./guard-tools.ts";
import type { WrappableModel } from "./language-model.ts";

/** What a run is made of. */
export interface GuardAgentOptions<TTools extends ToolSet, TContext = unknown>
  extends GuardToolsOptions<TContext>,
    GuardModelOptions {
  /** An instance, or the id of one: of the SDK's default provider, else of its gateway. */
  readonly model: LanguageModel;
  readonly tools: TTools;
}

/** A guarded run: spread it into `generateText`, `streamText` or `ToolLoopAgent`. */
export interface GuardedAgent<TTools extends ToolSet> extends GuardedTools<TTools> {
  readonly model: WrappableModel;
}

/**
 * Puts a guard before the tools of a run, and watches its model, so that policies see the tokens of the conversation
 * and refusals are recorded. One for each conversation or request: `context` says who is behind it.
 */
export function guardAgent<TTools extends ToolSet, TContext = unknown>(
  guard: Guard<AiSdkHost<TContext>>,
  { model, tools, streamingTools = [], hideTools = true, ...options }: GuardAgentOptions<TTools, TContext>,
): GuardedAgent<TTools> {
  const conversation = createConversation(guard, options);
  return {
    ...guardConversationTools(conversation, tools, streamingTools),
    model: guardConversationModel(conversation, model, hideTools),
  };
}
