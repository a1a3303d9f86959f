import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { HttpUpstream } from "./http-upstream.ts";

const resumeMs = 200;
const events = { "content-type": "text/event-stream" };

/**
 * Calls, under the id 7, a server that lets its clients poll: it begins the answer's stream with an event id, ends it, and
 * does as told when the client resumes it. Answers with what is heard of the call, as it comes.
 */
async function call(resume: (response: ServerResponse) => void): Promise<readonly string[]> {
  const server = createServer((request, response) => {
    if (request.headers["last-event-id"] === "e1") resume(response);
    else response.writeHead(200, events).end("id: e1\nretry: 50\ndata: \n\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const heard: string[] = [];
  const place = { url: `http://127.0.0.1:${port}/mcp` };
  const upstream = new HttpUpstream(place, (id) => void heard.push(`${id} is unanswered`), resumeMs);
  upstream.onmessage = (message) => void heard.push(JSON.stringify(message));
  onTestFinished(async () => {
    await upstream.close();
    server.closeAllConnections();
    server.close();
  });
  await upstream.start();
  await upstream.send({ jsonrpc: "2.0", id: 7, method: "tools/call", params: { name: "slow" } });
  return heard;
}

const answer = JSON.stringify({ jsonrpc: "2.0", id: 7, result: { content: [] } });

test("an answer that comes by a resumed stream is handed on, however late, as long as the stream is open", async () => {
  const heard = await call((response) => {
    response.writeHead(200, events).flushHeaders();
    setTimeout(() => response.end(`id: e2\ndata: ${answer}\n\n`), 5 * resumeMs);
  });
  await expect.poll(() => heard, { timeout: 5000 }).not.toEqual([]);
  expect(heard[0]).toBe(answer);
});

test.each<[string, (response: ServerResponse) => void]>([
  ["there is none", (response) => void response.writeHead(405).end()],
  ["it breaks off each time", (response) => void response.writeHead(200, events).end()],
  ["the server is gone", (response) => void response.socket?.destroy()],
])("a call is unanswered when no stream is resumed in time: %s", async (_what, resume) => {
  const heard = await call(resume);
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual(["7 is unanswered"]);
});

test("a server that has its streams resumed at once, and breaks them off, is not asked for more than ten a second", async () => {
  let resumed = 0;
  await call((response) => {
    resumed += 1;
    response.writeHead(200, events).end("id: e1\nretry: 0\ndata: \n\n");
  });
  await expect.poll(() => resumed).toBeGreaterThan(1);
  const before = resumed;
  await wait(1000);
  expect(resumed - before).toBeLessThanOrEqual(11);
  expect(resumed - before).toBeGreaterThan(0);
});
