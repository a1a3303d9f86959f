import type { ServerResponse } from "node:http";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { errorCodes, isError } from "../json-rpc.ts";

/** The HTTP response to one request of a client's, as long as it is not complete. */
export interface OpenAnswer {
  /** Sends what belongs to the request and comes before its answer; breaks the response off where too much is unread. */
  add(message: JSONRPCMessage): void;
  /**
   * Sends the answer, and ends the response; without one, the response just ends.
   *
   * @throws RangeError when the answer is nested too deeply to be written: the response goes on then.
   */
  end(message?: JSONRPCMessage): void;
}

/** Milliseconds after which a client that got nothing yet sees that it is being served; before, all goes at once. */
const silentMs = 1000;

/** Bytes that wait for a client to read them, when more of them than this come before an answer. */
const maxUnreadBytes = 10 * 1024 * 1024;

/** The states of HTTP by which 2026-07-28 says what was wrong with a request. */
const states: ReadonlyMap<number, number> = new Map([
  [errorCodes.methodNotFound, 404],
  [errorCodes.headerMismatch, 400],
  [errorCodes.missingCapability, 400],
  [errorCodes.unsupportedVersion, 400],
]);

/**
 * Begins to answer a request. `onGone` hears when nobody reads the response any more. A request of a session is
 * answered by a stream of events; any other by its answer alone, where nothing comes before.
 */
export function openAnswer(
  response: ServerResponse,
  sessionId: string | undefined,
  onGone: () => void,
): OpenAnswer {
  let isStream = false;
  const stream = (): void => {
    clearTimeout(timer);
    if (isStream) return;
    isStream = true;
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      ...(sessionId === undefined ? {} : { "mcp-session-id": sessionId }),
    });
  };
  const timer = setTimeout(() => {
    stream();
    response.flushHeaders();
  }, silentMs).unref();
  response.once("close", () => {
    clearTimeout(timer);
    onGone();
  });
  return {
    add(message) {
      stream();
      // fail closed: a server that goes on and a client that does not read do not fill the memory of the gateway
      if (response.writableLength > maxUnreadBytes) response.destroy();
      else response.write(eventOf(message));
    },
    end(message) {
      if (message !== undefined && sessionId === undefined && !isStream) {
        const body = JSON.stringify(message);
        const state = isError(message) ? states.get(message.error.code) : undefined;
        // a client that reads slowly has its answer long before the response is closed
        clearTimeout(timer);
        response.writeHead(state ?? 200, { "content-type": "application/json" });
        response.end(body);
        return;
      }
      const event = message === undefined ? undefined : eventOf(message);
      stream();
      response.end(event);
    },
  };
}

function eventOf(message: JSONRPCMessage): string {
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`;
}
