import type { Admission, Call, Guard } from "@forego/core";
import type { CallPlace } from "../decisions/to-call.ts";
import { property } from "../json-rpc.ts";
import type { McpHost } from "../mcp-host.ts";

/** Requests of a server's for samples that were admitted, and have no answers yet. */
export interface Samples {
  /** Ends them with what the client answered; `false` when an answer could not be counted. */
  settle(answers: unknown): Promise<boolean>;
}

/** Decides the samples among what a server asks; `undefined` when one of them is denied. */
export async function createSamples(
  guard: Guard<McpHost>,
  questions: unknown,
  place: () => CallPlace,
): Promise<Samples | undefined> {
  const admitted = new Map<string, Admission>();
  const settle = async (answers: unknown) => {
    const settled = await Promise.all(
      [...admitted].map(([name, admission]) => {
        const isAnswered = property(answers, name) !== undefined;
        const outcome = isAnswered ? { result: null } : { error: new Error("there is no answer") };
        return guard.settle(admission, outcome);
      }),
    );
    return settled.every(({ withheld }) => !withheld);
  };
  for (const [name, question] of Object.entries(questions ?? {})) {
    if (!isDecidedSample(guard, question)) continue;
    const admission = await guard.admit(toModelCall(question, place()));
    if (admission.decision.allow) {
      admitted.set(name, admission);
      continue;
    }
    // fail closed: what is asked beside a sample that is denied is not handed on either
    await settle({});
    return undefined;
  }
  return { settle };
}

/** Which model the client will use for a server, nobody says: what a server hints at is not it. */
const model = "unknown";

/** Whether rules speak about a server's request: one for a sample, as they do about calls of models. */
export function isDecidedSample(guard: Guard<McpHost>, request: unknown): boolean {
  return property(request, "method") === "sampling/createMessage" && guard.decidesModel(model);
}

/** A server's request for a sample, as a call of the client's model. */
function toModelCall(request: unknown, place: CallPlace): Call<McpHost> {
  const params = property(request, "params");
  const most = property(params, "maxTokens");
  const tools = property(params, "tools");
  return {
    ...place,
    phase: "model_call",
    server: place.host.server,
    tool: model,
    model,
    args: {
      input_tokens: estimateTokens([property(params, "messages"), property(params, "systemPrompt"), tools]),
      ...(Number.isSafeInteger(most) ? { max_output_tokens: most } : {}),
      tools: Array.isArray(tools) ? tools.map(nameOf) : [],
    },
  };
}

function nameOf(tool: unknown): string {
  const name = property(tool, "name");
  return typeof name === "string" ? name : "";
}

/** Four characters a token, as is usual where no tokenizer is at hand. */
function estimateTokens(values: readonly unknown[]): number {
  return Math.ceil(JSON.stringify(values.filter((value) => value !== undefined)).length / 4);
}
