import type { IncomingMessage } from "node:http";
import { property } from "../json-rpc.ts";

/**
 * The answer to a request that a stream of events begins with, as most do: nothing comes after it. `undefined` where
 * something else comes first, or where the stream could be resumed; it is then as it was.
 */
export async function loneAnswer(incoming: IncomingMessage, id: number): Promise<string | undefined> {
  await new Promise((resolve) => incoming.once("readable", resolve).once("close", resolve));
  const chunk: Buffer | null = incoming.read();
  if (chunk === null) return undefined;
  const data = loneEvent.exec(chunk.toString())?.[1];
  if (data !== undefined && isAnswerTo(data, id)) return data;
  incoming.unshift(chunk);
  return undefined;
}

/** One event, whole, without an id. */
const loneEvent = /^(?:event: message\n)?data: (.+)\n\n$/;

/** Whether a text is the JSON of an answer to the request with an id. */
export function isAnswerTo(text: string, id: number): boolean {
  try {
    const message: unknown = JSON.parse(text);
    return property(message, "id") === id && property(message, "method") === undefined;
  } catch {
    return false;
  }
}
