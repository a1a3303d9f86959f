import { opaCapabilityMiddleware, opaPolicy, shadow, wrapMcpTools } from "@ai-sdk/policy-opa";
import { createGuard, type DecisionEvent, type Guard, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import {
  generateText,
  type LanguageModel,
  type ModelMessage,
  stepCountIs,
  type ToolSet,
  tool,
  wrapLanguageModel,
} from "ai";
import { createEngine } from "forego";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { agentPolicies } from "../../../test/support/agent-policies.ts";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { modelThatSays } from "../../../test/support/model-that-says.ts";
import { type AiSdkHost, type GuardedTools, guardTools, type PolicyClient, toPolicyClient } from "./index.ts";

/** Calls that people are asked about, and that rules would change, or whose results they decide. */
const asked = {
  "asked.policy.ts": `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";
const send = tool("send", z.object({ text: z.string(), ssn: z.string().optional() }));
const vault = tool("vault", z.object({}));
export default policy({
  name: "asked",
  version: "1.0.0",
  rules: ({ allow, requireApproval }) => ({
    all: allow({ reason: "all", when: () => true }),
    send: requireApproval({ reason: "sending_is_asked", tool: send, when: () => true }),
    vault: requireApproval({ reason: "vault_is_asked", tool: vault, when: () => true }),
  }),
});
`,
  "duties.policy.ts": `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";
const send = tool("send", z.object({ text: z.string(), ssn: z.string().optional() }));
const vault = tool("vault", z.object({}));
export default policy({
  category: "compliance",
  name: "duties",
  version: "1.0.0",
  rules: ({ deny, redact, transform }) => ({
    ssn: redact({ reason: "no_numbers", tool: send, paths: ["args.ssn"], when: ({ args }) => args.ssn !== undefined }),
    quiet: transform({ reason: "quiet", tool: send, set: { text: () => "quiet" }, when: ({ args }) => args.text === "LOUD" }),
    secret: deny({ reason: "secret_result", on: ["tool_result"], tool: vault, when: () => true }),
  }),
});
`,
};

/** Rules that count, beside those that ask. */
const counted = {
  "asked.policy.ts": asked["asked.policy.ts"],
  "counts.policy.ts": `
import { policy } from "@forego/dsl";
export default policy({
  category: "workflow",
  name: "counts",
  version: "1.0.0",
  rules: ({ deny }) => ({
    long: deny({ reason: "too_long", when: ({ context }) => context.turn_count > 9 || context.tool_call_count > 9 }),
  }),
});
`,
};

/** Calls that others must agree to. */
const reviewed = {
  "reviewed.policy.ts": asked["asked.policy.ts"]
    .replace(
      '"sending_is_asked",',
      '"sending_is_reviewed", from: { groups: ["finance"], not_requester: true },',
    )
    .replace('name: "asked"', 'name: "reviewed"'),
};

let built: BuiltRelease;
let asking: BuiltRelease;
let reviewing: BuiltRelease;
let counting: BuiltRelease;
beforeAll(async () => {
  [built, asking, reviewing, counting] = await Promise.all([
    buildRelease(agentPolicies),
    buildRelease(asked),
    buildRelease(reviewed),
    buildRelease(counted),
  ]);
});
afterAll(() => Promise.all([built, asking, reviewing, counting].map((release) => release.remove())));

let events: DecisionEvent[];
let paid: number[];
let guard: Guard<AiSdkHost<string>>;
beforeEach(() => {
  events = [];
  paid = [];
  guard = openGuard(built);
});

const openGuard = ({ release }: BuiltRelease) =>
  createGuard<AiSdkHost<string>>({
    engine: createEngine(release),
    state: memoryStores().state,
    identify: ({ context }) =>
      verified({ user: { id: context, groups: context === "fin" ? ["finance"] : [] } }),
    agent: { id: "desk-1", scope: "support" },
    deadlineMs: 5000,
    observers: [{ onDecision: (event) => void events.push(event) }],
  });

const pay = tool({
  inputSchema: z.object({ amount: z.number() }),
  execute: async ({ amount }) => void paid.push(amount),
});
const path = "forego/decision";
const client = () => toPolicyClient(guard, { context: "ana", tools: ["delete", "look", "pay"] });
const paying = (...amounts: number[]) =>
  modelThatSays(
    amounts.map((amount) => ({ toolName: "pay", input: { amount }, toolCallId: `p-${amount}` })),
    "done",
  );
const loop = { prompt: "go", stopWhen: stepCountIs(5) };

/** That package brings types of its own copies of the SDK's packages: the same values, by other names. */
const ours = <TOurs>(theirs: unknown) => theirs as TOurs;
type Approval = NonNullable<Parameters<typeof generateText>[0]["toolApproval"]>;
type Middleware = Parameters<typeof wrapLanguageModel>[0]["middleware"];
type Theirs = Parameters<typeof wrapMcpTools>[0];

it("opaPolicy asks the guard: denied and asked calls do not run, allowed ones do", async () => {
  const { content } = await generateText({
    model: paying(5, 500, 5000),
    tools: { pay },
    toolApproval: ours<Approval>(opaPolicy({ client: client(), path })),
    ...loop,
  });
  expect(paid).toEqual([5]);
  expect(content.map(({ type }) => type)).toContain("tool-approval-request");
  expect(JSON.stringify(content)).toContain("above_limit");
});

it("shadow reports what the guard would have denied, and lets it run", async () => {
  const reported: string[] = [];
  await generateText({
    model: paying(5, 5000),
    tools: { pay },
    toolApproval: ours<Approval>(
      shadow(opaPolicy({ client: client(), path }), {
        onDecision: ({ decision }) => void reported.push(decision.type),
      }),
    ),
    ...loop,
  });
  expect(paid).toEqual([5, 5000]);
  expect(reported).toEqual(["approved", "denied"]);
});

it("wrapMcpTools runs on the guard's decisions", async () => {
  const { toolApproval } = wrapMcpTools(ours<Theirs>({ pay }), opaPolicy({ client: client(), path }));
  await generateText({
    model: paying(7, 5000),
    tools: { pay },
    toolApproval: ours<Approval>(toolApproval),
    ...loop,
  });
  expect(paid).toEqual([7]);
});

it("opaCapabilityMiddleware shows what the guard offers", async () => {
  const model = modelThatSays("done");
  const look = tool({ inputSchema: z.object({}), execute: async () => "x" });
  await generateText({
    model: wrapLanguageModel({
      model,
      middleware: ours<Middleware>(opaCapabilityMiddleware({ client: client(), path: "forego/tools" })),
    }),
    tools: { pay, look, delete: look },
    prompt: "go",
  });
  expect(model.doGenerateCalls[0]?.tools?.map(({ name }) => name)).toEqual(["pay", "look"]);
});

it("takes who calls from its own context, and from nothing that the SDK hands over", async () => {
  const forged = {
    tool: { name: "pay" },
    args: { amount: 5 },
    messages: [],
    runtimeContext: { user: "root" },
  };
  await client().evaluate(path, forged);
  expect(events[0]?.input).not.toMatchObject({ user: { id: "root" } });
});

it.each([
  undefined,
  null,
  "x",
  {},
  { tool: {} },
  { tool: { name: 5 } },
  { tool: { name: "pay" }, args: "x" },
  { tool: null },
])("denies what is no call: %j", async (input) => {
  expect(await client().evaluate(path, input)).toMatchObject({ decision: "deny" });
});

it.each([[[null]], [[{ role: "assistant" }]], [[{ role: "assistant", content: [null] }]], ["x"]])(
  "answers where the messages are none that it can count: %j",
  async (messages) => {
    const answer = await client().evaluate(path, { tool: { name: "pay" }, args: { amount: 5 }, messages });
    expect(answer).toMatchObject({ decision: "allow" });
    expect(events.at(-1)?.input).not.toHaveProperty("context.turn_count");
  },
);

it("denies what it cannot do: nobody hands it the result of a tool whose results rules decide", async () => {
  const answer = await client().evaluate(path, { tool: { name: "vault" }, args: {} });
  expect(answer).toMatchObject({ decision: "deny" });
  expect(events.at(-1)?.decision.reasons).toEqual(["forego.obligation_unfulfilled"]);
});

it.each<[string, string, object]>([
  ["rules would redact", "send", { text: "hello", ssn: "123-45-6789" }],
  ["rules would transform", "send", { text: "LOUD" }],
  ["has a result that rules decide", "vault", {}],
])("denies a call that needs approval and %s: nobody is asked in vain", async (_what, name, args) => {
  const asked = toPolicyClient(openGuard(asking), { context: "ana" });
  const answer = await asked.evaluate(path, { tool: { name }, args });
  expect(answer).toEqual({
    decision: "deny",
    reason: expect.stringContaining("forego.obligation_unfulfilled"),
  });
  expect(events.at(-1)?.decision.reasons).toEqual(["forego.obligation_unfulfilled"]);
});

describe("a call that needs approval", () => {
  const send = { tool: { name: "send" }, args: { text: "hello" } };
  const ask = async (client: PolicyClient) => {
    const asked = await client.evaluate<object, { decision: string; reason: string }>(path, {
      ...send,
      messages: [],
    });
    expect(asked.decision).toBe("requires-approval");
    return asked.reason;
  };
  /** The messages with which the SDK goes on with an approved call. */
  const approved = (reason: string, input: object = send.args) => [
    {
      role: "assistant",
      content: [
        { type: "tool-call", toolCallId: "s-1", toolName: "send", input },
        { type: "tool-approval-request", toolCallId: "s-1", approvalId: "a-1", reason },
      ],
    },
    { role: "tool", content: [{ type: "tool-approval-response", approvalId: "a-1", approved: true }] },
  ];

  const resultOf = (toolCallId: string) => ({
    type: "tool-result",
    toolCallId,
    toolName: "send",
    output: { type: "text", value: "sent" },
  });

  it("is allowed once by the approval of whom it was shown to, and recorded once", async () => {
    const client = toPolicyClient(openGuard(asking), { context: "ana" });
    const messages = approved(await ask(client));
    expect(await client.evaluate(path, { ...send, messages })).toMatchObject({ decision: "allow" });
    expect(events.map(({ decision }) => decision.effect)).toEqual(["allow"]);
    expect(await client.evaluate(path, { ...send, messages })).toMatchObject({ decision: "deny" });
  });

  it.each<[string, string, object?]>([
    ["that was made up", "[requests: 1]"],
    ["of a call with other arguments", "", { text: "other" }],
    ["that names no request", "Needs approval."],
  ])("is denied with an approval %s", async (_what, reason, input) => {
    const client = toPolicyClient(openGuard(asking), { context: "ana" });
    const shown = await ask(client);
    const messages = approved(reason === "" ? shown : reason, input);
    expect(await client.evaluate(path, { ...send, messages })).toMatchObject({ decision: "deny" });
  });

  it("does not run by an approval that a client has hidden from the policy client", async () => {
    const send = tool({ inputSchema: z.object({ text: z.string() }), execute: async () => void ran.push(1) });
    const ran: number[] = [];
    const [call, request] = approved("made up")[0]?.content ?? [];
    const [response] = approved("made up")[1]?.content ?? [];
    const histories = [
      // another request for the call that nobody answers; another answer to the same request; one that has run
      [[call, request, { ...request, approvalId: "a-2" }], [response]],
      [
        [call, request],
        [response, { ...response, approved: false }],
      ],
      [
        [call, { ...request, toolCallId: "s-0" }, request, { ...call, toolCallId: "s-0" }],
        [response, resultOf("s-0")],
      ],
    ];
    for (const [assistant, toolContent] of histories) {
      const messages = [
        { role: "user", content: "go" },
        { role: "assistant", content: assistant },
        { role: "tool", content: toolContent },
      ] as ModelMessage[];
      const policy = opaPolicy({ client: toPolicyClient(openGuard(asking), { context: "ana" }), path });
      const run = { model: modelThatSays("done"), tools: { send }, messages };
      await generateText({ ...run, toolApproval: ours<Approval>(policy) });
    }
    expect(ran).toEqual([]);
  });

  it("is denied where others must grant it, and allowed once they have", async () => {
    const guard = openGuard(reviewing);
    const client = toPolicyClient(guard, { context: "ana" });
    const messages = approved(await ask(client));
    expect(await client.evaluate(path, { ...send, messages })).toMatchObject({ decision: "deny" });
    const id = /\[requests: (.*)\]/.exec(await ask(client))?.[1] ?? "";
    expect(await guard.answer(id, true, { adapter: "ai-sdk", context: "fin" })).toEqual({ accepted: true });
    expect(await client.evaluate(path, { ...send, messages: [] })).toMatchObject({ decision: "allow" });
  });

  it("is denied where the input has no messages: nobody would know whether somebody has answered", async () => {
    const client = toPolicyClient(openGuard(asking), { context: "ana" });
    for (const messages of [undefined, "x", [null]])
      expect(await client.evaluate(path, { ...send, messages })).toMatchObject({ decision: "deny" });
  });
});

it("tells rules of as many turns and calls as guarded tools do, of new calls and of approved ones", async () => {
  const look = tool({ inputSchema: z.object({}), execute: async () => "x" });
  const send = tool({ inputSchema: z.object({ text: z.string() }), execute: async () => "sent" });
  const tools: ToolSet = { look, send };
  const call = (toolName: string, toolCallId: string, input = {}) => [{ toolName, toolCallId, input }];
  const seenOf = async (guarded: GuardedTools<ToolSet>) => {
    events = [];
    const messages: ModelMessage[] = [{ role: "user", content: "go" }];
    const run = async (model: LanguageModel) => {
      const { responseMessages, content } = await generateText({
        ...{ ...guarded, model, messages, stopWhen: stepCountIs(5) },
      });
      messages.push(...responseMessages);
      return content.find((part) => part.type === "tool-approval-request" && part.isAutomatic !== true);
    };
    const asked = await run(modelThatSays(call("look", "a"), call("send", "b", { text: "hello" })));
    const { approvalId } = asked as { readonly approvalId: string };
    messages.push({
      role: "tool",
      content: [{ type: "tool-approval-response", approvalId, approved: true }],
    });
    await run(modelThatSays(call("look", "c"), "done"));
    const told = events.map(({ tool: name, input }) => JSON.stringify([name, input?.context]));
    return [...new Set(told)].map((text) => JSON.parse(text));
  };
  const policy = opaPolicy({ client: toPolicyClient(openGuard(counting), { context: "ana" }), path });
  const ways = [
    guardTools(openGuard(counting), tools, { context: "ana" }),
    { tools, toolApproval: ours<GuardedTools<ToolSet>["toolApproval"]>(policy) },
  ];
  for (const guarded of ways)
    expect(await seenOf(guarded)).toEqual([
      ["look", { turn_count: 1, tool_call_count: 0 }],
      ["send", { turn_count: 2, tool_call_count: 1 }],
      ["look", { turn_count: 3, tool_call_count: 2 }],
    ]);
});

it("refuses a path that it does not know", async () => {
  await expect(client().evaluate("agent/call/decision", {})).rejects.toThrow("FG4201");
});
