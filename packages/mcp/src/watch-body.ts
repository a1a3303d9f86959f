/** Bytes of one message, whether it comes as JSON or as an event. */
const maxMessageBytes = 10 * 1024 * 1024;

/**
 * Lets the body of a response through, and says when it has ended, and whether it was a stream of events with ids,
 * which can be resumed. A message that is too large breaks it off.
 */
export function watchBody(response: Response, ended: (isResumable: boolean) => void): Response {
  if (response.body === null || !response.ok) return response;
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  let bytes = 0;
  let isResumable = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await reader.read();
        if (done) {
          controller.close();
          return ended(isResumable);
        }
        const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
        bytes = isStream && hasEventEnd(chunk) ? 0 : bytes + chunk.length;
        // fail closed: a server does not fill the memory of the gateway
        if (bytes > maxMessageBytes) throw new Error(`a message of more than ${maxMessageBytes} bytes`);
        isResumable ||= isStream && (chunk.includes("\nid:") || chunk.subarray(0, 3).toString() === "id:");
        controller.enqueue(value);
      } catch (cause) {
        controller.error(cause);
        ended(isResumable);
        await reader.cancel(cause).catch(() => {});
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

function hasEventEnd(chunk: Buffer): boolean {
  return chunk.includes("\n\n") || chunk.includes("\r\n\r\n");
}
