import { MockLanguageModelV4 } from "ai/test";

/** What each turn costs: ten tokens. */
const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 0, text: 0, reasoning: undefined },
};
/** One turn of a model: what it says, or the tools that it calls. */
export type Turn = { toolName: string; input?: object; toolCallId?: string }[] | string;

/** A model that answers with the given turns; the last one is repeated. */
export function modelThatSays(...turns: Turn[]) {
  let turn = 0;
  const next = () => turns[Math.min(turn++, turns.length - 1)] ?? "";
  const partsOf = (content: Turn) =>
    typeof content === "string"
      ? [{ type: "text" as const, text: content }]
      : content.map(({ toolName, input = {}, toolCallId = `${toolName}-${turn}` }) => ({
          type: "tool-call" as const,
          toolCallId,
          toolName,
          input: JSON.stringify(input),
        }));
  const finish = (content: Turn) => ({
    unified: typeof content === "string" ? ("stop" as const) : ("tool-calls" as const),
    raw: undefined,
  });
  return new MockLanguageModelV4({
    doGenerate: async () => {
      const content = next();
      return { content: partsOf(content), finishReason: finish(content), usage, warnings: [] };
    },
    doStream: async () => {
      const content = next();
      const stream = new ReadableStream<LanguageModelV4StreamPart>({
        start(controller) {
          controller.enqueue({ type: "stream-start", warnings: [] });
          for (const part of partsOf(content))
            for (const streamed of streamPartsOf(part)) controller.enqueue(streamed);
          controller.enqueue({ type: "finish", finishReason: finish(content), usage });
          controller.close();
        },
      });
      return { stream };
    },
  });
}

type Streamed = Awaited<ReturnType<MockLanguageModelV4["doStream"]>>["stream"];
type LanguageModelV4StreamPart = Streamed extends ReadableStream<infer TPart> ? TPart : never;
type Part = { type: "text"; text: string } | Extract<LanguageModelV4StreamPart, { type: "tool-call" }>;

function streamPartsOf(part: Part): readonly LanguageModelV4StreamPart[] {
  if (part.type === "tool-call") return [part];
  const id = "text";
  return [
    { type: "text-start", id },
    { type: "text-delta", id, delta: part.text },
    { type: "text-end", id },
  ];
}
