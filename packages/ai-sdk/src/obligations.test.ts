import { createGuard, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { generateText, stepCountIs, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { mailPolicies } from "../../../test/support/mail-policies.ts";
import { type AiSdkHost, guardTools } from "./index.ts";

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(mailPolicies);
});
afterAll(() => built.remove());

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 0, text: 0, reasoning: undefined },
};

const schema = z.object({ to: z.string(), size: z.number(), note: z.string().optional() });

type Rows = readonly { readonly ssn: string; readonly to: string }[];

function createOffice() {
  return createGuard<AiSdkHost>({
    engine: createEngine(built.release),
    identify: () => verified({ user: { id: "ana" } }),
    agent: { id: "office-1", scope: "office" },
    state: memoryStores().state,
    deadlineMs: 5000,
  });
}

/** Lets a model send one mail, or one several times at once; answers with what was sent, and with what became of it. */
async function send(
  input: z.infer<typeof schema>,
  isStreaming: boolean,
  { times = 1, answer = (rows: Rows): unknown => ({ rows }) } = {},
) {
  const sent: unknown[] = [];
  const guard = createOffice();
  const rows = [{ ssn: "123", to: input.to }];
  const execute = isStreaming
    ? async function* (mail: unknown) {
        sent.push(mail);
        yield { rows: [{ ssn: "1" }] };
        yield answer(rows);
      }
    : async (mail: unknown) => {
        sent.push(mail);
        return answer(rows);
      };
  let turn = 0;
  const model = new MockLanguageModelV4({
    doGenerate: async () => {
      const isFirst = turn++ === 0;
      const call = { toolCallId: "mail-1", toolName: "mail.send", input: JSON.stringify(input) };
      return {
        content: isFirst
          ? Array.from({ length: times }, () => ({ type: "tool-call" as const, ...call }))
          : [{ type: "text", text: "finished" }],
        finishReason: { unified: isFirst ? "tool-calls" : "stop", raw: undefined },
        usage,
        warnings: [],
      };
    },
  });
  const { steps } = await generateText({
    model,
    ...guardTools(guard, { "mail.send": tool({ inputSchema: schema, execute }) }),
    stopWhen: stepCountIs(3),
    prompt: "write",
  });
  const parts = steps.flatMap(({ content }) => content);
  return { sent, parts: parts.filter(({ type }) => type === "tool-result" || type === "tool-error") };
}

test.each([false, true])("runs a call with what rules made of it (streaming: %s)", async (isStreaming) => {
  expect((await send({ to: "a-list", size: 9 }, isStreaming)).sent).toEqual([{ to: "a-list", size: 3 }]);
  const { sent, parts } = await send({ to: "outside", size: 1, note: "secret" }, isStreaming);
  expect(sent).toEqual([{ to: "outside", size: 1, note: "[redacted]" }]);
  expect(parts).toMatchObject([{ output: { rows: [{ ssn: "[redacted]", to: "outside" }] } }]);
  expect(JSON.stringify(parts)).not.toContain("123");
});

test("hands on a result that no rule speaks about as it is", async () => {
  const { parts } = await send({ to: "ana", size: 1 }, false);
  expect(parts).toMatchObject([{ output: { rows: [{ ssn: "123", to: "ana" }] } }]);
});

test.each([false, true])(
  "charges calls with one id at once for each (streaming: %s)",
  async (isStreaming) => {
    const { sent, parts } = await send({ to: "ana", size: 4 }, isStreaming, { times: 4 });
    expect(sent).toHaveLength(2);
    expect(parts.map(({ type }) => type).sort()).toEqual([
      "tool-error",
      "tool-error",
      "tool-result",
      "tool-result",
    ]);
  },
);

describe("what a server of MCP returns", () => {
  const inText = (rows: Rows) => ({
    content: [{ type: "text", text: JSON.stringify({ rows }) }],
    _meta: { ssn: "123" },
  });
  const withMore = (rows: Rows) => ({ ...inText(rows), resultType: "complete", ssn: "123" });
  const inBoth = (rows: Rows) => ({ ...inText(rows), structuredContent: { rows }, isError: true });

  test.each([inText, withMore, inBoth])("is looked into as a gateway does", async (answer) => {
    const { parts } = await send({ to: "outside", size: 1 }, false, { answer });
    const rows = [{ ssn: "[redacted]", to: "outside" }];
    const { content, structuredContent, isError } = answer(rows) as ReturnType<typeof inBoth>;
    expect(parts).toMatchObject([
      { output: { content, ...(isError ? { structuredContent, isError } : {}) } },
    ]);
    expect(JSON.stringify(parts)).not.toContain("123");
  });

  test.each([inText, withMore, inBoth])(
    "is handed on as it is where no rule speaks about it",
    async (answer) => {
      const { parts } = await send({ to: "ana", size: 1 }, false, { answer });
      expect(parts).toMatchObject([{ output: { content: [{ text: expect.stringContaining("123") }] } }]);
    },
  );

  test("costs what a failed call does where it says so", async () => {
    const rows = [{ ssn: "123", to: "ana" }];
    const { tools } = guardTools(createOffice(), {
      "mail.send": tool({ inputSchema: schema, execute: async () => inBoth(rows) }),
    });
    const execute = tools["mail.send"].execute as (input: unknown, options: object) => Promise<unknown>;
    const input = { to: "ana", size: 8 };
    // two would be more than the budget of ten
    for (const toolCallId of ["call-1", "call-2"])
      expect(await execute(input, { toolCallId, messages: [] })).toMatchObject({ isError: true });
  });
});

describe("a tool whose schema makes something else of its input", () => {
  const start = async (more: z.ZodRawShape, given: object) => {
    const taken: unknown[] = [];
    const inputSchema = schema.extend(more);
    const guarded = guardTools(createOffice(), {
      "mail.send": tool({ inputSchema, execute: async (input) => void taken.push(input) }),
    });
    const execute = guarded.tools["mail.send"].execute as (
      input: unknown,
      options: object,
    ) => Promise<unknown>;
    const input = inputSchema.parse({ to: "outside", size: 1, note: "secret", ...given });
    await execute(input, { toolCallId: "call-1", messages: [] });
    return taken;
  };

  test("is given what its schema makes of what rules changed", async () => {
    const at = z.string().transform((text) => new Date(text));
    const [taken] = await start({ at }, { at: "2026-01-01T00:00:00.000Z" });
    expect(taken).toEqual({ to: "outside", size: 1, note: "[redacted]", at: new Date("2026-01-01") });
  });

  test("does not run with what its schema would not take", async () => {
    const tags = z.array(z.string()).transform((names) => new Set(names));
    await expect(start({ tags }, { tags: ["a"] })).rejects.toMatchObject({
      name: "PolicyDeniedError",
      decision: { reasons: ["forego.obligation_unfulfilled"] },
    });
    const note = z.string().max(6);
    await expect(start({ note }, {})).rejects.toMatchObject({ name: "PolicyDeniedError" });
  });
});
