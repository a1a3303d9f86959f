import { wrapLanguageModel } from "ai";
import { type Conversation, toCall } from "./conversation.ts";
import { type ReadableMessage, refusedCalls } from "./read-messages.ts";

/** A language model that can be wrapped: an instance, not a gateway's model id. */
export type WrappableModel = Parameters<typeof wrapLanguageModel>[0]["model"];

interface TokenUsage {
  readonly inputTokens: { readonly total: number | undefined };
  readonly outputTokens: { readonly total: number | undefined };
}

/**
 * Watches a model for the guard: counts the tokens of the conversation, and reports the calls that a person refused,
 * which the SDK tells the model and no hook. Changes nothing of what goes in or out.
 */
export function guardConversationModel(conversation: Conversation, model: WrappableModel): WrappableModel {
  const reported = new Set<string>();

  const count = ({ inputTokens, outputTokens }: TokenUsage): void => {
    const used = (inputTokens.total ?? 0) + (outputTokens.total ?? 0);
    conversation.usedTokens = (conversation.usedTokens ?? 0) + used;
  };

  return wrapLanguageModel({
    model,
    middleware: {
      specificationVersion: "v4",
      async transformParams({ params }) {
        await reportRefusals(conversation, params.prompt, reported);
        return params;
      },
      async wrapGenerate({ doGenerate }) {
        const result = await doGenerate();
        count(result.usage);
        return result;
      },
      async wrapStream({ doStream }) {
        const result = await doStream();
        const counting = new TransformStream({
          transform(part, controller) {
            if (part.type === "finish") count(part.usage);
            controller.enqueue(part);
          },
        });
        return { ...result, stream: result.stream.pipeThrough(counting) };
      },
    },
  });
}

/** A refusal ends a call that waited: the request is answered, and the decision stands and is observed. */
async function reportRefusals(
  conversation: Conversation,
  messages: readonly ReadableMessage[],
  reported: Set<string>,
): Promise<void> {
  const { guard, host } = conversation;
  for (const refused of refusedCalls(messages)) {
    if (reported.has(refused.toolCallId)) continue;
    reported.add(refused.toolCallId);
    const call = toCall(refused, messages, conversation);
    const { decision, requests, isNew } = await guard.propose(call);
    // a call that policy denied is reported already, and one that nobody was asked about was not refused by a person
    if (decision.effect !== "require_approval" || isNew === true) continue;
    for (const { id } of requests) await guard.answer(id, false, host);
    await guard.admit(call);
  }
}
