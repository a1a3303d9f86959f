import type { Call, Decision, Guard } from "@forego/core";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import { type AgentMiddleware, countTokensApproximately } from "langchain";
import { type LangChainHost, toHost } from "../langchain-host.ts";
import { reportDecision } from "../report-decision.ts";
import { settleRun } from "../results/settle-run.ts";
import { conversationOf, toCall, viewSession } from "../to-call.ts";
import { type CalledModel, calledModel } from "./called-model.ts";
import { type ModelRequest, toolName } from "./hide-tools.ts";
import { messageOf } from "./model-answer.ts";
import { ranByProvider } from "./ran-by-provider.ts";

type ModelHandler = Parameters<NonNullable<AgentMiddleware["wrapModelCall"]>>[1];

/**
 * Calls the model only where rules about model calls let it. A denied call becomes an answer of its own, the
 * decision's sentence, which ends the run. Tools that the provider ran itself are decided, too, after the fact: for
 * the record.
 */
export async function guardModelCall(
  guard: Guard<LangChainHost>,
  request: ModelRequest,
  handler: ModelHandler,
): Promise<Awaited<ReturnType<ModelHandler>>> {
  const called = calledModel(request.model, request.runtime);
  const { name } = called;
  if (!guard.decidesModel(name)) return audited(guard, request, await handler(request));
  const admission = await guard.admit(toModelCall(called, request));
  reportDecision(request.runtime, { name }, admission.decision);
  // fail closed: only an allow is sent
  if (!admission.decision.allow) return denialAnswer(admission.decision);
  const ran = await settleRun(guard, admission, () => handler(request), {
    end: async (answer) => {
      const settlement = await guard.settle(admission, { result: null, usage: usageOf(answer) });
      return { settlement, answer };
    },
    // fail closed: what was streamed until the run was aborted has been seen, and nobody says what it used
    ofError: (error) => (request.runtime.signal?.aborted === true ? { result: null } : { error }),
  });
  if ("error" in ran) throw ran.error;
  const { settlement } = ran.end;
  const answer = await audited(guard, request, ran.end.answer);
  if (!settlement.withheld) return answer;
  // fail closed: an answer that is withheld leaves nothing behind
  const decision = settlement.decision ?? admission.decision;
  reportDecision(request.runtime, { name }, decision);
  return denialAnswer(decision);
}

function toModelCall({ name, maxTokens }: CalledModel, request: ModelRequest): Call<LangChainHost> {
  const { messages, tools, systemMessage, modelSettings } = request;
  const most = [modelSettings?.maxTokens, maxTokens].find(isCount);
  return {
    ...conversationOf(request.runtime),
    host: toHost(request.runtime),
    phase: "model_call",
    tool: name,
    model: name,
    args: {
      input_tokens: countTokensApproximately([systemMessage, ...messages], tools),
      ...(most === undefined ? {} : { max_output_tokens: most }),
      tools: tools.map(toolName),
    },
    session: viewSession(messages),
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function usageOf(answer: unknown): Readonly<Record<string, number>> {
  const usage = messageOf(answer)?.usage_metadata;
  if (usage === undefined) return {};
  return { tokens: usage.total_tokens, input_tokens: usage.input_tokens, output_tokens: usage.output_tokens };
}

function denialAnswer(decision: Decision): AIMessage {
  return new AIMessage({ content: decision.message, response_metadata: { forego: decision } });
}

/** Decides the calls that the provider made and answered itself: they have happened, and are recorded and charged. */
async function audited<TAnswer>(
  guard: Guard<LangChainHost>,
  request: ModelRequest,
  answer: TAnswer,
): Promise<TAnswer> {
  const message = messageOf(answer);
  if (message === undefined) return answer;
  const messages: BaseMessage[] = [...request.messages, message];
  for (const toolCall of ranByProvider(message)) {
    const admission = await guard.admit(toCall(toolCall, messages, request.runtime));
    reportDecision(request.runtime, toolCall, admission.decision);
    await guard.settle(admission, { result: null });
  }
  return answer;
}
