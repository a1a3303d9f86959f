import { piiClassifier } from "@forego/classifiers/pii";
import { secretClassifier } from "@forego/classifiers/secrets";
import { createGuard, type DecisionEvent, verified } from "@forego/core";
import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { Command, MemorySaver } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { createEngine } from "forego";
import { createAgent, fakeModel, tool } from "langchain";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { leakPolicies, tokenLike } from "../../../../test/support/leak-policies.ts";
import { foregoMiddleware, guardTools, type LangChainHost } from "../index.ts";

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(leakPolicies);
});
afterAll(() => built.remove());

// one for all runs: another would name its messages as the first did
const office = fakeModel();
let calls = 0;
const people = "ana: +49 30 901820";

/** An agent of the office, in a process of its own, with what its tools answer. */
function createOffice(results: Readonly<Record<string, string>>, checkpointer?: MemorySaver) {
  const decisions: DecisionEvent[] = [];
  const guard = createGuard<LangChainHost>({
    engine: createEngine(built.release),
    identify: ({ context }) =>
      verified({ tenant: { id: (context as { tenant?: string })?.tenant ?? "acme" } }),
    agent: { id: "office-1", scope: "office" },
    classifiers: { pii: piiClassifier(), secrets: secretClassifier() },
    observers: [{ onDecision: (event) => void decisions.push(event) }],
    deadlineMs: 5000,
  });
  const answers = { mail_send: "sent", crm_search: people, vault_read: "empty", ...results };
  const tools = Object.entries(answers).map(([name, content]) =>
    tool(
      (_args, { toolCall }) =>
        name === "crm_search" && content === ""
          ? new Command({
              update: { messages: [new ToolMessage({ content: people, tool_call_id: toolCall?.id ?? "" })] },
            })
          : name === "crm_search" && content === "record"
            ? new Command({
                update: { messages: [{ role: "tool", content: people, tool_call_id: toolCall?.id ?? "" }] },
              })
            : content,
      { name, description: "", schema: z.object({ to: z.string().optional() }) },
    ),
  );

  /** Lets the model call tools, one a turn; answers with what it read of each. */
  async function run(names: readonly string[], threadId?: string, tenant?: string) {
    for (const name of names)
      office.respondWithTools([{ name, args: { to: "eve@elsewhere.org" }, id: `call-${calls++}` }]);
    const agent = createAgent({
      model: office.respond(new AIMessage("finished")),
      tools,
      contextSchema: z.object({ tenant: z.string().optional() }),
      middleware: foregoMiddleware(guard),
      ...(checkpointer === undefined ? {} : { checkpointer }),
    });
    const { messages } = await agent.invoke(
      { messages: [new HumanMessage("go on")] },
      {
        configurable: threadId === undefined ? {} : { thread_id: threadId },
        context: tenant === undefined ? {} : { tenant },
      },
    );
    const read = messages.filter((message) => ToolMessage.isInstance(message)).slice(-names.length);
    return read.map(({ content }) => String(content));
  }
  return { run, decisions, guard };
}

describe("what an agent has read of people", () => {
  test.each([
    ["without a thread", undefined, {}],
    ["in a thread", "talk-1", {}],
    ["in a command", undefined, { crm_search: "" }],
  ])("keeps it from writing outside, %s", async (_where, threadId, results) => {
    const { run } = createOffice(results);
    const read = await run(["mail_send", "crm_search", "mail_send"], threadId);
    expect(read).toEqual(["sent", people, expect.stringContaining("pii_seen")]);
  });

  test("keeps it from writing outside, in a command whose message is a record", async () => {
    const { run } = createOffice({ crm_search: "record" });
    expect(await run(["crm_search", "mail_send"])).toEqual([people, expect.stringContaining("pii_seen")]);
  });

  test("is remembered by the thread and no other, for its tenant", async () => {
    const { run } = createOffice({}, new MemorySaver());
    await run(["crm_search"], "talk-1");
    expect(await run(["mail_send"], "talk-1")).toEqual([expect.stringContaining("pii_seen")]);
    expect(await run(["mail_send"], "talk-2")).toEqual(["sent"]);
    const other = createOffice({});
    await other.run(["crm_search"], "talk-1", "globex");
    expect(await other.run(["mail_send"], "talk-1", "acme")).toEqual(["sent"]);
    expect(await other.run(["mail_send"], "talk-1", "globex")).toEqual([expect.stringContaining("pii_seen")]);
  });

  test("is remembered where the thread goes on in another process", async () => {
    const checkpointer = new MemorySaver();
    await createOffice({}, checkpointer).run(["crm_search"], "talk-1");
    const later = createOffice({}, checkpointer);
    expect(await later.run(["mail_send"], "talk-1")).toEqual([expect.stringContaining("pii_seen")]);
  });

  test("is nothing where nothing was found", async () => {
    const { run } = createOffice({ crm_search: "nobody" });
    expect(await run(["crm_search", "mail_send"])).toEqual(["nobody", "sent"]);
  });
});

describe("what tools of a graph have read of people", () => {
  const toolCall = (name: string) =>
    new AIMessage({ content: "", tool_calls: [{ name, args: { to: "eve@elsewhere.org" }, id: name }] });
  const fields = { name: "crm_search", description: "", schema: z.object({}) };
  const mail = tool(() => "sent", {
    ...fields,
    name: "mail_send",
    schema: z.object({ to: z.string().optional() }),
  });

  test.each([
    ["as a text", {}, () => people],
    ["as an object", {}, () => ({ people })],
    ["in the end of what it streams", {}, stream],
    ["in the end of what it streams, in a thread", { thread_id: "talk-1" }, stream],
  ])("keeps them from writing outside, %s", async (_how, configurable, search) => {
    const { guard } = createOffice({});
    const heard: unknown[] = [];
    const callbacks = [{ handleToolEvent: (part: unknown) => void heard.push(part), awaitHandlers: true }];
    const node = new ToolNode(guardTools(guard, [tool(search as () => string, fields), mail]));
    const asked = toolCall("crm_search");
    const first: { messages: BaseMessage[] } = await node.invoke(
      { messages: [asked] },
      { configurable, callbacks },
    );
    expect(first.messages[0]?.text).toContain(people);
    expect(heard).toEqual(search === stream ? ["searching"] : []);
    const messages = [asked, ...first.messages, toolCall("mail_send")];
    const second: { messages: BaseMessage[] } = await node.invoke({ messages }, { configurable });
    expect(second.messages[0]?.text).toContain("pii_seen");
  });

  async function* stream() {
    yield "searching";
    return people;
  }
});

test("a secret that a tool returns is withheld, and has not been seen", async () => {
  const { run, decisions } = createOffice({ vault_read: `token: ${tokenLike}` });
  expect(await run(["vault_read", "mail_send"])).toEqual([
    expect.stringContaining("secret_returned"),
    "sent",
  ]);
  expect(JSON.stringify(decisions)).not.toContain(tokenLike);
});
