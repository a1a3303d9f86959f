import type { Admission, CallOutcome, Decision } from "@forego/core";
import { type Conversation, toModelCall } from "./conversation.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import type { LanguageModelCall, ModelAnswer, ModelStream, ModelStreamPart } from "./language-model.ts";
import { watchProviderCalls } from "./provider-calls.ts";

/** A call of the model on its way. */
export interface AdmittedModelCall {
  readonly conversation: Conversation;
  readonly params: LanguageModelCall;
  /** `undefined` where no rule speaks about calls of the model. */
  readonly admission: Admission | undefined;
}

/** What watches a stream; `cancel` is of the Streams Standard, and not yet in TypeScript's types. */
type Watcher = ConstructorParameters<typeof TransformStream<ModelStreamPart, ModelStreamPart>>[0] & {
  readonly cancel: () => Promise<void>;
};

/** Decides a call of the model, where rules speak about such calls. */
export async function admitModelCall(
  conversation: Conversation,
  modelId: string,
  params: LanguageModelCall,
): Promise<Admission | undefined> {
  const { guard } = conversation;
  if (!guard.decidesModel(modelId)) return undefined;
  const { prompt, tools = [], maxOutputTokens } = params;
  const args = {
    input_tokens: estimateTokens([prompt, tools]),
    ...(maxOutputTokens === undefined ? {} : { max_output_tokens: maxOutputTokens }),
    tools: tools.map(({ name }) => name),
  };
  return guard.admit(toModelCall(conversation, modelId, args, prompt));
}

/** Calls the model for a whole answer, unless the call was denied. */
export async function generateAdmitted(
  call: AdmittedModelCall,
  doGenerate: () => PromiseLike<ModelAnswer>,
): Promise<ModelAnswer> {
  // fail closed: only an allow is sent
  if (call.admission?.decision.allow === false) return denialAnswer(call, call.admission.decision);
  let answer: ModelAnswer;
  try {
    answer = await doGenerate();
  } catch (error) {
    await settle(call, { error });
    throw error;
  }
  const withheld = await settle(call, { result: null, usage: count(call.conversation, answer.usage) });
  const provider = watchProviderCalls(call.conversation, call.params);
  const content: typeof answer.content = [];
  for (const part of answer.content) if (await provider.take(part)) content.push(part);
  await provider.end();
  // fail closed: an answer that is withheld leaves nothing behind
  return withheld === undefined ? { ...answer, content } : denialAnswer(call, withheld);
}

/**
 * Calls the model for an answer part by part, unless the call was denied. Whether it is withheld shows at its end: what
 * has been streamed by then stays, and the end says that it was denied.
 */
export async function streamAdmitted(
  call: AdmittedModelCall,
  doStream: () => PromiseLike<ModelStream>,
): Promise<ModelStream> {
  // fail closed: nor streamed
  if (call.admission?.decision.allow === false) return denialStream(call, call.admission.decision);
  let answer: ModelStream;
  try {
    answer = await doStream();
  } catch (error) {
    await settle(call, { error });
    throw error;
  }
  let isSettled = false;
  const provider = watchProviderCalls(call.conversation, call.params);
  const end = async (usage: Record<string, number> = {}) => {
    isSettled = true;
    await provider.end();
    return settle(call, { result: null, usage });
  };
  // fail closed: who breaks an answer off has had it all the same, and what was reserved is charged
  const breakOff = async () => void (isSettled || (await end()));
  const watcher: Watcher = {
    async transform(part, controller) {
      if (part.type === "finish") {
        const withheld = await end(count(call.conversation, part.usage));
        // fail closed: an answer that is withheld does not end as one that holds
        if (withheld !== undefined) {
          for (const instead of denialParts(call, withheld, part.usage)) controller.enqueue(instead);
          return;
        }
      } else if (!(await provider.take(part))) return;
      controller.enqueue(part);
    },
    flush: breakOff,
    cancel: breakOff,
  };
  return { ...answer, stream: answer.stream.pipeThrough(new TransformStream(watcher)) };
}

/** Settles a call of the model; answers with the decision for which its answer is withheld. */
async function settle(
  { conversation, admission }: AdmittedModelCall,
  outcome: CallOutcome,
): Promise<Decision | undefined> {
  if (admission === undefined) return undefined;
  const { withheld, decision } = await conversation.guard.settle(admission, outcome);
  return withheld ? (decision ?? admission.decision) : undefined;
}

type Usage = ModelAnswer["usage"];

function count(conversation: Conversation, { inputTokens, outputTokens }: Usage): Record<string, number> {
  const input = inputTokens.total ?? 0;
  const output = outputTokens.total ?? 0;
  conversation.usedTokens = (conversation.usedTokens ?? 0) + input + output;
  const isKnown = inputTokens.total !== undefined && outputTokens.total !== undefined;
  return isKnown ? { tokens: input + output, input_tokens: input, output_tokens: output } : {};
}

const nothing: Usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 0, text: 0, reasoning: undefined },
};

/** How an answer ends that was denied. Where a run forces the model to call a tool, the SDK throws at any end but this. */
function denialEnd({ params }: AdmittedModelCall, { reasons }: Decision) {
  const isForced = params.toolChoice?.type === "required" || params.toolChoice?.type === "tool";
  return {
    finishReason: { unified: isForced ? "interrupted" : "content-filter", raw: "forego" },
    providerMetadata: { forego: { reasons: [...reasons] } },
  } as const;
}

function denialAnswer(call: AdmittedModelCall, decision: Decision): ModelAnswer {
  const content = [{ type: "text" as const, text: decision.message }];
  return { content, usage: nothing, warnings: [], ...denialEnd(call, decision) };
}

function denialStream(call: AdmittedModelCall, decision: Decision): ModelStream {
  const parts: ModelStreamPart[] = [
    { type: "stream-start", warnings: [] },
    ...denialParts(call, decision, nothing),
  ];
  return {
    stream: new ReadableStream({
      start(controller) {
        for (const part of parts) controller.enqueue(part);
        controller.close();
      },
    }),
  };
}

/** The decision's sentence, as the end of an answer. */
function denialParts(call: AdmittedModelCall, decision: Decision, usage: Usage): ModelStreamPart[] {
  return [
    { type: "text-start", id: "forego" },
    { type: "text-delta", id: "forego", delta: decision.message },
    { type: "text-end", id: "forego" },
    { type: "finish", usage, ...denialEnd(call, decision) },
  ];
}
