import { createGuard, type Guard, rebuildMcpResult, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import fc from "fast-check";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { mcpPolicies } from "../../../../test/support/mcp-policies.ts";
import { decisionKey, type McpHost } from "../index.ts";
import { settleResult, settleTaskResult } from "./tool-result.ts";

const host: McpHost = { adapter: "mcp", transport: "client", server: "all" };
let built: BuiltRelease;
let guard: Guard<McpHost>;

beforeAll(async () => {
  built = await buildRelease(mcpPolicies);
  guard = createGuard<McpHost>({
    engine: createEngine(built.release),
    identify: () => verified({ user: { id: "ana" } }),
    agent: { id: "a", scope: "s" },
    state: memoryStores().state,
    deadlineMs: 5000,
  });
});
afterAll(() => built.remove());

const admit = (tool: string, args: object = {}) =>
  guard.admit({ host, tool, args, server: "all", fulfils: ["redact", "transform"] });

const secret = "123-45-6789";
// as it comes over a wire, where there is no negative zero
const json = fc.jsonValue().map((one) => JSON.parse(JSON.stringify(one)));
const value = fc.oneof(json, fc.constant(secret), fc.record({ ssn: fc.constant(secret) }));
const block = fc.oneof(
  value,
  fc.record({ type: fc.constant("text"), text: fc.oneof(fc.string(), fc.constant(`{"ssn":"${secret}"}`)) }),
  fc.record({ type: fc.constant("image"), data: fc.string(), _meta: value }),
);
const results = fc.record(
  {
    content: fc.oneof(fc.array(block, { maxLength: 3 }), value),
    structuredContent: fc.oneof(fc.record({ ssn: value, id: value }, { requiredKeys: [] }), value),
    isError: fc.oneof(fc.boolean(), value),
    _meta: fc.dictionary(fc.string(), value),
    more: value,
  },
  { requiredKeys: [] },
);

test("whatever a server returns, what is handed on was decided, says the same in both forms, and holds nothing beside it", async () => {
  await fc.assert(
    fc.asyncProperty(results, async (result) => {
      const handed = await settleResult(guard, await admit("sneaky"), result);
      expect(["content", "structuredContent", "isError", "_meta"]).toEqual(
        expect.arrayContaining(Object.keys(handed)),
      );
      const withheld = handed._meta !== undefined;
      expect(Object.keys(handed._meta ?? {})).toEqual(withheld ? [decisionKey] : []);
      if (withheld) expect(JSON.stringify(handed)).not.toContain(secret);
      const { structuredContent, content } = handed as { structuredContent?: unknown; content: unknown };
      const types = (content as { type: unknown }[]).map(({ type }) => typeof type);
      expect(new Set(types)).toEqual(new Set(types.length === 0 ? [] : ["string"]));
      if (structuredContent === undefined) return;
      expect(JSON.parse((content as [{ text: string }])[0].text)).toEqual(structuredContent);
      const taken = (structuredContent as { ssn?: unknown } | null)?.ssn;
      expect([undefined, null, "[redacted]"]).toContain(taken);
    }),
    { numRuns: 200 },
  );
});

test("whatever a server returns for a tool that no rule speaks about, it is handed on as it is", async () => {
  await fc.assert(
    fc.asyncProperty(results, async (result) => {
      expect(await settleResult(guard, await admit("roots"), result)).toBe(result);
    }),
    { numRuns: 50 },
  );
});

const text = (value: string) => ({ type: "text", text: value });

describe("a result that says which task it is of", () => {
  const taskOf = (taskId: string) => ({ "io.modelcontextprotocol/related-task": { taskId } });
  const said = {
    content: [text(`{"id":1,"ssn":"${secret}"}`)],
    _meta: { ...taskOf(`ssn ${secret}`), own: secret },
  };

  test("is redacted or withheld with it, where nobody asked for a task", async () => {
    const redacted = await settleResult(guard, await admit("lookup", { id: 1 }), said);
    expect(redacted).toEqual({ content: [text('{"id":1,"ssn":"[redacted]"}')] });
    const withheld = await settleResult(guard, await admit("lookup", { id: 13 }), said);
    expect(withheld).toMatchObject({ isError: true });
    expect(Object.keys(withheld._meta ?? {})).toEqual([decisionKey]);
    expect(JSON.stringify(withheld)).not.toContain(secret);
  });

  test("names the task that the client asked for, and none of the server's making", async () => {
    const settle = async (tool: string, args: object) =>
      settleTaskResult(guard, await admit(tool, args), said, "asked");
    const redacted = await settle("lookup", { id: 1 });
    expect(redacted).toEqual({ content: [text('{"id":1,"ssn":"[redacted]"}')], _meta: taskOf("asked") });
    const withheld = await settle("lookup", { id: 13 });
    expect(withheld).toMatchObject({ isError: true, _meta: taskOf("asked") });
    expect(Object.keys(withheld._meta ?? {})).toHaveLength(2);
    expect(JSON.stringify(withheld)).not.toContain(secret);
    // what no rule speaks about stays as it is
    expect(await settle("roots", {})).toBe(said);
  });
});

test.each([
  { result: { content: [text("a"), text("b")] }, decided: null, content: [text("null")] },
  {
    result: { content: [text("a"), text("b")] },
    decided: [null, text("b")],
    content: [text('[null,{"type":"text","text":"b"}]')],
  },
  { result: { content: [], structuredContent: { a: 1 } }, decided: null, content: [text("null")] },
  { result: { content: [text("a"), text("b")] }, decided: [text("a")], content: [text("a")] },
])(
  "what rules left of a result is a result, though it is no blocks and no record any more",
  ({ result, decided, content }) => {
    expect(rebuildMcpResult(result, decided)).toEqual({ content });
  },
);
