import type { ServerResponse } from "node:http";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";

/** The HTTP response to one request of a client's, as long as it is not complete: a stream of events. */
export interface OpenAnswer {
  /** Sends what belongs to the request and comes before its answer. */
  add(message: JSONRPCMessage): void;
  /** Sends the answer, and ends the response; without one, the response just ends. */
  end(message?: JSONRPCMessage): void;
}

/** Milliseconds after which a client that got nothing yet sees that it is being served; before, all goes at once. */
const silentMs = 1000;

/** Begins to answer a request. `onGone` hears when nobody reads the response any more. */
export function openAnswer(response: ServerResponse, sessionId: string, onGone: () => void): OpenAnswer {
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
    "mcp-session-id": sessionId,
  });
  const timer = setTimeout(() => response.flushHeaders(), silentMs).unref();
  response.once("close", () => {
    clearTimeout(timer);
    onGone();
  });
  return {
    add: (message) => void response.write(eventOf(message)),
    end: (message) => void response.end(message === undefined ? undefined : eventOf(message)),
  };
}

function eventOf(message: JSONRPCMessage): string {
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`;
}
