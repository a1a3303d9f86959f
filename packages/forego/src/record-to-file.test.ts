import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { otelObserver } from "@forego/otel";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease, writeFolder } from "../../../test/support/build-release.ts";
import { createDesk, refundCall } from "../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import { createEngine } from "./load-engine.ts";
import { recordToFile } from "./record-to-file.ts";

let built: BuiltRelease;
let dir: string;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  dir = await writeFolder({});
});

afterAll(() => Promise.all([built.remove(), rm(dir, { recursive: true })]));

const linesOf = async (path: string) => {
  const text = await readFile(path, "utf8");
  expect(text.endsWith("\n")).toBe(true);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};

describe("recordToFile", () => {
  test("appends each decision that stands as one line, in a folder that it makes", async () => {
    const path = join(dir, "logs", "deep", "decisions.jsonl");
    for (const amount of [10, 11]) {
      const file = recordToFile(path);
      const { guard } = createDesk(createEngine(built.release), { observers: [file] });
      await guard.propose(refundCall(amount));
      await guard.admit(refundCall(amount));
      await guard.admit(refundCall(amount));
      await file.close();
    }
    const lines = await linesOf(path);
    expect(lines.map(({ input }) => input)).toMatchObject(
      [10, 11].map((amount) => ({ action: { args: { amount } } })),
    );
  });

  test("writes all lines of a turn of the event loop, in their order, however many", async () => {
    const path = join(dir, "many.jsonl");
    const file = recordToFile(path);
    const { guard } = createDesk(createEngine(built.release), { observers: [file] });
    const callIds = Array.from({ length: 500 }, (_, index) => `call-${index}`);
    for (const callId of callIds) guard.admitNow(refundCall(10, { callId }));
    await new Promise((resolve) => setImmediate(resolve));
    guard.admitNow(refundCall(10, { callId: "last" }));
    await file.close();
    const lines = await linesOf(path);
    expect(lines.map((line) => line.call_id)).toEqual([...callIds, "last"]);
  });

  test("begins a line of its own behind what a process that died has left of one", async () => {
    const path = join(dir, "torn.jsonl");
    const record = async () => {
      const file = recordToFile(path);
      const { guard } = createDesk(createEngine(built.release), { observers: [file] });
      await guard.admit(refundCall(10));
      await file.close();
    };
    await record();
    const [line = ""] = (await readFile(path, "utf8")).split("\n");
    await writeFile(path, `${line}\n${line.slice(0, 100)}`);
    await record();
    const lines = (await readFile(path, "utf8")).split("\n");
    expect(lines).toEqual([line, line.slice(0, 100), expect.stringMatching(/^\{.*\}$/), ""]);
    expect(JSON.parse(lines[2] ?? "")).toMatchObject({ record: 1 });
  });

  test("keeps a line a line, whatever a call holds", async () => {
    const path = join(dir, "hostile.jsonl");
    const file = recordToFile(path);
    const { guard } = createDesk(createEngine(built.release), { observers: [file] });
    const query = 'a\nb\r\u2028{"record":1}\n';
    await guard.admit({ host: {}, tool: "crm.search", callId: "x\n{}", args: { query } });
    await guard.admit({ host: {}, tool: "\ud800", args: {} });
    await file.close();
    const lines = await linesOf(path);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ call_id: "x\n{}", input: { action: { args: { query } } } });
  });

  test("names the span that the observer before it recorded to", async () => {
    const path = join(dir, "traced.jsonl");
    const exporter = new InMemorySpanExporter();
    const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const file = recordToFile(path);
    const observers = [otelObserver({ tracerProvider }), file];
    const { guard } = createDesk(createEngine(built.release), { observers });
    const { decision } = await guard.admit(refundCall(10));
    await file.close();
    const [span] = exporter.getFinishedSpans();
    const { traceId, spanId } = span?.spanContext() ?? {};
    expect(await linesOf(path)).toMatchObject([{ trace_id: traceId, span_id: spanId }]);
    expect(span?.attributes["opa.decision_id"]).toBe(decision.metadata.decision_id);
  });

  test("does not hold up decisions when it cannot write, and says so at once and at the end", async () => {
    const failures: string[] = [];
    const file = recordToFile("/dev/full", ({ code }) => void failures.push(code));
    const { guard } = createDesk(createEngine(built.release), { observers: [file] });
    expect((await guard.admit(refundCall(10))).decision.allow).toBe(true);
    expect((await guard.admit(refundCall(11))).decision.allow).toBe(true);
    await expect.poll(() => failures).toEqual(["FG3042"]);
    expect((await guard.admit(refundCall(12))).decision.allow).toBe(true);
    await expect(file.close()).rejects.toThrow(/^FG3042 .*ENOSPC/);
    expect(failures).toHaveLength(1);
  });

  test("records nothing after it was closed, and can be closed twice", async () => {
    const path = join(dir, "closed.jsonl");
    const file = recordToFile(path);
    const { guard } = createDesk(createEngine(built.release), { observers: [file] });
    await guard.admit(refundCall(10));
    await file.close();
    expect((await guard.admit(refundCall(11))).decision.allow).toBe(true);
    await file.close().catch(() => {});
    expect(await linesOf(path)).toHaveLength(1);
  });

  test("needs a file that can be written", () => {
    expect(() => recordToFile(join("/dev/null", "decisions.jsonl"))).toThrow("FG3040");
    expect(() => recordToFile(dir)).toThrow(/^FG3040 .*EISDIR/);
  });
});
