import { type Conversation, toCall } from "./conversation.ts";
import type { LanguageModelCall, ModelAnswer, ModelStreamPart } from "./language-model.ts";

type Part = ModelAnswer["content"][number] | ModelStreamPart;
type ToolCall = Extract<Part, { type: "tool-call" }>;

/** The tools that a provider runs by itself, within one answer of its model. */
export interface ProviderCalls {
  /** Takes note of a part of the answer; `false` for a question that nobody may be asked. */
  take(part: Part): Promise<boolean>;
  /** Decides the calls that the provider has made and answered itself: they have happened, and are recorded and charged. */
  end(): Promise<void>;
}

/** Begins to watch an answer. */
export function watchProviderCalls(
  conversation: Conversation,
  { prompt }: Pick<LanguageModelCall, "prompt">,
): ProviderCalls {
  const { guard } = conversation;
  let made: ToolCall[] = [];
  const callOf = (part: ToolCall) => toCall({ ...part, input: parse(part.input) }, prompt, conversation);
  return {
    async take(part) {
      if (part.type === "tool-call" && part.providerExecuted === true) made.push(part);
      if (part.type !== "tool-approval-request") return true;
      const asked = made.findLast(({ toolCallId }) => toolCallId === part.toolCallId);
      if (asked === undefined) return true;
      // it has not run yet: once it is approved, the provider makes it anew
      made = made.filter((one) => one !== asked);
      const { decision } = await guard.propose(callOf(asked));
      // fail closed: whoever answers the provider's question grants nothing that rules deny, or ask about
      return decision.allow;
    },
    async end() {
      const ran = made;
      made = [];
      for (const part of ran) await guard.settle(await guard.admit(callOf(part)), { result: null });
    },
  };
}

function parse(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    // a text is no record of arguments, and denied as such
    return input;
  }
}
