import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createFetch } from "./http-fetch.ts";

const call = { method: "POST", body: '{"jsonrpc":"2.0","id":7,"method":"tools/call"}' };

/** Fetches, by a call with the id 7, what a server answers to whatever it is sent: its parts, one after the other. */
async function fetchFrom(...parts: readonly string[]): Promise<Response> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", async () => {
      for (const part of parts) {
        socket.write(part);
        await wait(50);
      }
      socket.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return createFetch(() => {})(`http://127.0.0.1:${port}/mcp`, call);
}

/** What nobody has caught, from here to the end of the test. */
function listenForUncaught(): readonly unknown[] {
  const uncaught: unknown[] = [];
  const hear = (cause: unknown) => void uncaught.push(cause);
  process.on("unhandledRejection", hear).on("uncaughtExceptionMonitor", hear);
  onTestFinished(() => void process.off("unhandledRejection", hear).off("uncaughtExceptionMonitor", hear));
  return uncaught;
}

const settled = (work: Promise<unknown>) =>
  Promise.race([
    work.then(
      () => "a response",
      () => "an error",
    ),
    wait(2000, "nothing", { ref: false }),
  ]);

test.each([
  "HTTP/1.1 999 Nope",
  "HTTP/1.1 600 Nope",
  "HTTP/1.1 199 Nope",
  "HTTP/1.1 101 Switching Protocols",
  "HTTP/1.1 099 Nope",
  "HTTP/1.1 20 Nope",
  "no HTTP at all",
])("a response that is none rejects, and nothing else does: %s", async (line) => {
  const uncaught = listenForUncaught();
  expect(await settled(fetchFrom(`${line}\r\nContent-Length: 0\r\n\r\n`))).toBe("an error");
  await wait(50);
  expect(uncaught).toEqual([]);
});

test("what a server writes behind its status harms nobody", async () => {
  const uncaught = listenForUncaught();
  expect(await settled(fetchFrom("HTTP/1.1 200 \u0001\r\nContent-Length: 0\r\n\r\n"))).toBe("a response");
  await wait(50);
  expect(uncaught).toEqual([]);
});

const streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
const answerTo = (id: number) => JSON.stringify({ jsonrpc: "2.0", id, result: { content: [] } });
const eventOf = (data: string) => `event: message\ndata: ${data}\n\n`;

test.each([
  ["answers another id", answerTo(8)],
  ["answers no id", JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: 1, message: "no" } })],
  ["asks under the id of the request", JSON.stringify({ jsonrpc: "2.0", id: 7, method: "ping" })],
  ["is a list with the answer in it", `[${answerTo(7)}]`],
])("a stream whose first event %s is handed on with all its events", async (_what, first) => {
  const events = [eventOf(first), eventOf(answerTo(7))];
  const response = await fetchFrom(streamHead, ...events);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(await response.text()).toBe(events.join(""));
});

test("a stream that begins with the request's own answer is handed on as that answer", async () => {
  const response = await fetchFrom(streamHead, eventOf(answerTo(7)));
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.text()).toBe(answerTo(7));
});
