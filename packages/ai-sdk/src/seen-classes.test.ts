import { piiClassifier } from "@forego/classifiers/pii";
import { secretClassifier } from "@forego/classifiers/secrets";
import { createGuard, type Guard, type GuardOptions, verified } from "@forego/core";
import { generateText, stepCountIs, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { failingSessions } from "../../../test/support/failing-sessions.ts";
import { leakPolicies, tokenLike } from "../../../test/support/leak-policies.ts";
import { type AiSdkHost, guardAgent } from "./index.ts";

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(leakPolicies);
});
afterAll(() => built.remove());

const people = "ana: +49 30 901820";
const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 0, text: 0, reasoning: undefined },
};

function createOffice(options: Partial<GuardOptions<AiSdkHost>> = {}): Guard<AiSdkHost> {
  return createGuard<AiSdkHost>({
    engine: createEngine(built.release),
    identify: ({ context }) => verified({ tenant: { id: String(context) } }),
    agent: { id: "office-1", scope: "office" },
    classifiers: { pii: piiClassifier(), secrets: secretClassifier() },
    deadlineMs: 5000,
    ...options,
  });
}

let calls = 0;

interface Run {
  readonly conversationId?: string;
  readonly tenant?: string;
  readonly results?: Readonly<Record<string, string>>;
  readonly isStreaming?: boolean;
}

/** Lets a model call tools, one a step, in a run of its own; answers with what it read of each. */
async function run(
  guard: Guard<AiSdkHost>,
  names: readonly string[],
  { conversationId, tenant = "acme", results = {}, isStreaming = false }: Run = {},
): Promise<readonly unknown[]> {
  const answers = { mail_send: "sent", crm_search: people, vault_read: "empty", ...results };
  const tools = Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => {
      const execute = isStreaming
        ? async function* () {
            yield answer;
          }
        : async () => answer;
      return [name, tool({ inputSchema: z.object({ to: z.string() }), execute })];
    }),
  );
  let step = 0;
  const model = new MockLanguageModelV4({
    doGenerate: async () => {
      const toolName = names[step++];
      const input = JSON.stringify({ to: "eve@elsewhere.org" });
      return {
        content:
          toolName === undefined
            ? [{ type: "text", text: "finished" }]
            : [{ type: "tool-call", toolCallId: `call-${calls++}`, toolName, input }],
        finishReason: { unified: toolName === undefined ? "stop" : "tool-calls", raw: undefined },
        usage,
        warnings: [],
      };
    },
  });
  const named = conversationId === undefined ? {} : { conversationId };
  const guarded = guardAgent(guard, { model, tools, context: tenant, ...named });
  // without toolApproval, so that every denial is a tool's error
  const { steps } = await generateText({
    model: guarded.model,
    tools: guarded.tools,
    stopWhen: stepCountIs(9),
    prompt: "go on",
  });
  return steps
    .flatMap(({ content }) => content)
    .flatMap((part) => {
      if (part.type === "tool-result") return [part.output];
      return part.type === "tool-error" ? [String(part.error)] : [];
    });
}

const isDenied = expect.stringContaining("pii_seen");

describe("what a run has read of people", () => {
  test.each<[string, Run]>([
    ["without a conversation", {}],
    ["in a conversation", { conversationId: "talk-1" }],
    ["from a tool that streams", { isStreaming: true }],
  ])("keeps it from writing outside, %s", async (_where, options) => {
    const read = await run(createOffice(), ["mail_send", "crm_search", "mail_send"], options);
    expect(read.slice(0, 2)).toEqual(["sent", people]);
    expect(read[2]).toEqual(isDenied);
  });

  test("is remembered by the conversation and no other, for its tenant", async () => {
    const guard = createOffice();
    const talk = { conversationId: "talk-1" };
    await run(guard, ["crm_search"], talk);
    expect(await run(guard, ["mail_send"], talk)).toEqual([isDenied]);
    expect(await run(guard, ["mail_send"], { ...talk, tenant: "globex" })).toEqual(["sent"]);
    expect(await run(guard, ["mail_send"], { conversationId: "talk-2" })).toEqual(["sent"]);
  });
});

test.each([true, false])(
  "a result whose classes the store cannot keep is not handed on (streaming: %s)",
  async (isStreaming) => {
    const sessions = failingSessions(
      ({ dataClasses = [], toolCalls }) => dataClasses.length > 0 && !toolCalls,
    );
    const guard = createOffice({ sessions });
    const [read] = await run(guard, ["crm_search"], { conversationId: "talk-1", isStreaming });
    expect(String(read)).toContain("forego.state_unavailable");
  },
);

test("a secret that a tool returns is withheld, and has not been seen", async () => {
  const results = { vault_read: `token: ${tokenLike}` };
  const [read, sent] = await run(createOffice(), ["vault_read", "mail_send"], { results });
  expect(String(read)).toContain("secret_returned");
  expect(sent).toBe("sent");
});
