import type { IncomingMessage } from "node:http";

/**
 * The answer that a stream of events begins with, as most do: nothing comes after it. `undefined` where something else
 * comes first, or where the stream could be resumed; it is then as it was.
 */
export async function loneAnswer(incoming: IncomingMessage): Promise<string | undefined> {
  await new Promise((resolve) => incoming.once("readable", resolve).once("close", resolve));
  const chunk: Buffer | null = incoming.read();
  if (chunk === null) return undefined;
  const data = loneEvent.exec(chunk.toString())?.[1];
  if (data !== undefined && isAnswer(data)) return data;
  incoming.unshift(chunk);
  return undefined;
}

/** One event, whole, without an id. */
const loneEvent = /^(?:event: message\n)?data: (.+)\n\n$/;

function isAnswer(data: string): boolean {
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === "object" && message !== null && "id" in message && !("method" in message);
  } catch {
    return false;
  }
}
