import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openAnswer } from "./open-answer.ts";

const large = { jsonrpc: "2.0", id: 1, result: { text: "x".repeat(8 * 1024 * 1024) } } as const;

test("a client that reads slowly gets the whole answer as JSON, and nothing throws", async () => {
  const thrown: unknown[] = [];
  const hear = (cause: unknown) => void thrown.push(cause);
  process.on("uncaughtExceptionMonitor", hear);
  const server = createServer((_request, response) => openAnswer(response, undefined, () => {}).end(large));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    process.off("uncaughtExceptionMonitor", hear);
    server.closeAllConnections();
    server.close();
  });

  const { port } = server.address() as AddressInfo;
  const [response] = await once(get(`http://127.0.0.1:${port}/`), "response");
  await wait(1500);
  expect([response.statusCode, response.headers["content-type"]]).toEqual([200, "application/json"]);
  expect(await json(response)).toEqual(large);
  expect(thrown).toEqual([]);
});
