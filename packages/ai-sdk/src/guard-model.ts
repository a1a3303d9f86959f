import type { Guard } from "@forego/core";
import { type LanguageModel, wrapLanguageModel } from "ai";
import type { AiSdkHost } from "./ai-sdk-host.ts";
import { type Conversation, type ConversationOptions, createConversation } from "./conversation.ts";
import { hideTools } from "./hide-tools.ts";
import { findModel, type WrappableModel } from "./language-model.ts";
import { admitModelCall, generateAdmitted, streamAdmitted } from "./model-call.ts";
import { reportRefusals } from "./report-refusals.ts";

/** How a model is guarded. */
export interface GuardModelOptions {
  /** Whether the model is not shown the tools whose calls would be denied whatever their arguments. Defaults to `true`. */
  readonly hideTools?: boolean;
}

/**
 * Puts a guard before a model, beside {@link guardTools}; {@link guardAgent} does both for one conversation. A call
 * that rules deny is not made: the decision's sentence is the model's answer, with the finish reason `content-filter`.
 * Counts the tokens of the conversation, reports the calls that a person refused, and records those that the provider
 * ran itself.
 */
export function guardModel<TContext = unknown>(
  guard: Guard<AiSdkHost<TContext>>,
  model: LanguageModel,
  { hideTools: hides = true, ...options }: ConversationOptions<TContext> & GuardModelOptions = {},
): WrappableModel {
  return guardConversationModel(createConversation(guard, options), model, hides);
}

/** As {@link guardModel}, for a conversation that tools share. */
export function guardConversationModel(
  conversation: Conversation,
  model: LanguageModel,
  hides: boolean,
): WrappableModel {
  const reported = new Set<string>();
  return wrapLanguageModel({
    model: findModel(model),
    middleware: {
      specificationVersion: "v4",
      async transformParams({ params }) {
        await reportRefusals(conversation, params.prompt, reported);
        return hides ? hideTools(conversation, params) : params;
      },
      async wrapGenerate({ doGenerate, params, model: { modelId } }) {
        const admission = await admitModelCall(conversation, modelId, params);
        return generateAdmitted({ conversation, params, admission }, doGenerate);
      },
      async wrapStream({ doStream, params, model: { modelId } }) {
        const admission = await admitModelCall(conversation, modelId, params);
        return streamAdmitted({ conversation, params, admission }, doStream);
      },
    },
  });
}
