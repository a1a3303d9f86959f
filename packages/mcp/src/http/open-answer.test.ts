import { once } from "node:events";
import { createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json, text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openAnswer } from "./open-answer.ts";

const large = { jsonrpc: "2.0", id: 1, result: { text: "x".repeat(8 * 1024 * 1024) } } as const;

async function listen(respond: (response: ServerResponse) => void): Promise<IncomingMessage> {
  const server = createServer((_request, response) => respond(response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const [response] = await once(get(`http://127.0.0.1:${port}/`), "response");
  return response;
}

test("a client that reads nothing of what comes before its answer has it broken off", async () => {
  let gone = false;
  const written: number[] = [];
  const response = await listen((outgoing) => {
    const answer = openAnswer(outgoing, "session", () => {
      gone = true;
    });
    const params = { data: "x".repeat(1024 * 1024) };
    const tell = () => {
      if (gone || written.length > 100) return;
      answer.add({ jsonrpc: "2.0", method: "notifications/message", params });
      written.push(outgoing.writableLength);
      setImmediate(tell);
    };
    tell();
  });
  await expect.poll(() => gone).toBe(true);
  expect(Math.max(...written)).toBeLessThan(12 * 1024 * 1024);
  await expect(text(response)).rejects.toThrow();
});

test("a client that reads slowly gets the whole answer as JSON, and nothing throws", async () => {
  const thrown: unknown[] = [];
  const hear = (cause: unknown) => void thrown.push(cause);
  process.on("uncaughtExceptionMonitor", hear);
  onTestFinished(() => void process.off("uncaughtExceptionMonitor", hear));
  const response = await listen((outgoing) => openAnswer(outgoing, undefined, () => {}).end(large));
  await wait(1500);
  expect([response.statusCode, response.headers["content-type"]]).toEqual([200, "application/json"]);
  expect(await json(response)).toEqual(large);
  expect(thrown).toEqual([]);
});
