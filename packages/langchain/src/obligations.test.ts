import { createGuard, type StateStore, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { Command, interrupt, MemorySaver } from "@langchain/langgraph";
import { createEngine } from "forego";
import { createAgent, fakeModel, tool } from "langchain";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { mailPolicies } from "../../../test/support/mail-policies.ts";
import { foregoMiddleware, type LangChainHost } from "./index.ts";

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(mailPolicies);
});
afterAll(() => built.remove());

interface Mail {
  readonly to: string;
  readonly size: number;
  readonly note?: string;
  /** The call's id; one of its own unless it says so. */
  readonly id?: string;
}

function guardMails(state: StateStore) {
  return createGuard<LangChainHost>({
    engine: createEngine(built.release),
    identify: () => verified({ user: { id: "ana" } }),
    agent: { id: "office-1", scope: "office" },
    state,
    deadlineMs: 5000,
  });
}

/** Lets an agent send mails, each turn's at once; answers with what was sent, and with what the model read of each. */
async function sendAll(...turns: readonly (readonly Mail[])[]) {
  const sent: unknown[] = [];
  const send = tool(
    (mail) => {
      sent.push(mail);
      const text = JSON.stringify({ rows: [{ ssn: "123", to: mail.to }] });
      return [mail.note === "in a block" ? [{ type: "text", text }] : text, { ssn: "123" }];
    },
    {
      name: "mail.send",
      description: "",
      responseFormat: "content_and_artifact",
      schema: z.object({ to: z.string(), size: z.number(), note: z.string().optional() }),
    },
  );
  const guard = guardMails(memoryStores().state);
  const model = fakeModel();
  for (const [turn, mails] of turns.entries())
    model.respondWithTools(
      mails.map(({ id, ...args }, index) => ({ name: "mail.send", args, id: id ?? `mail-${turn}-${index}` })),
    );
  const agent = createAgent({
    model: model.respond(new AIMessage("finished")),
    tools: [send],
    middleware: foregoMiddleware(guard),
  });
  const { messages } = await agent.invoke({ messages: [new HumanMessage("write")] });
  return { sent, answers: messages.filter((message) => ToolMessage.isInstance(message)) };
}

test("runs a call with the arguments that rules made of it", async () => {
  const { sent } = await sendAll([{ to: "a-list", size: 9 }], [{ to: "outside", size: 1, note: "secret" }]);
  expect(sent).toEqual([
    { to: "a-list", size: 3 },
    { to: "outside", size: 1, note: "[redacted]" },
  ]);
});

test("hands on a result without what rules take out of it, and without its artifact", async () => {
  const { answers } = await sendAll([{ to: "outside", size: 1 }], [{ to: "ana", size: 1 }]);
  expect(answers.map(({ content }) => content)).toEqual([
    '{"rows":[{"ssn":"[redacted]","to":"outside"}]}',
    '{"rows":[{"ssn":"123","to":"ana"}]}',
  ]);
  expect(answers.map(({ artifact }) => artifact)).toEqual([undefined, { ssn: "123" }]);
});

test("takes values out of a text in a block as out of a text", async () => {
  const { answers } = await sendAll(
    [{ to: "out", size: 1, note: "in a block" }],
    [{ to: "ana", size: 1, note: "in a block" }],
  );
  expect(answers[0]?.text).toBe('{"rows":[{"ssn":"[redacted]","to":"out"}]}');
  expect(answers[1]?.text).toContain("123");
});

test("tells the model that a budget is used up", async () => {
  const { sent, answers } = await sendAll([{ to: "ana", size: 8 }], [{ to: "ana", size: 8 }]);
  expect(sent).toHaveLength(1);
  expect(answers[1]?.content).toContain("mail_budget");
});

test.each([
  ["in the same process", () => undefined],
  ["in another process", guardMails],
])("charges a call once whose tool interrupts, where it is resumed %s", async (_where, elsewhere) => {
  const sent: unknown[] = [];
  const send = tool(
    (mail) => {
      interrupt("really?");
      sent.push(mail);
      return "sent";
    },
    { name: "mail.send", description: "", schema: z.object({ to: z.string(), size: z.number() }) },
  );
  const { state } = memoryStores();
  const checkpointer = new MemorySaver();
  const model = fakeModel();
  for (const size of [6, 4])
    model.respondWithTools([{ name: "mail.send", args: { to: "ana", size }, id: `mail-${size}` }]);
  model.respond(new AIMessage("finished"));
  const guard = guardMails(state);
  const agentOf = (one: typeof guard) =>
    createAgent({ model, tools: [send], middleware: foregoMiddleware(one), checkpointer });
  const thread = { configurable: { thread_id: "talk-1" } };
  await agentOf(guard).invoke({ messages: [new HumanMessage("write")] }, thread);
  for (const _size of [6, 4])
    await agentOf(elsewhere(state) ?? guard).invoke(new Command({ resume: "yes" }), thread);
  expect(sent).toHaveLength(2);
});

test("charges calls that a model makes at once with one id for each", async () => {
  const mail = { to: "ana", size: 4, id: "mail-1" };
  const { sent, answers } = await sendAll([mail, mail, mail, mail]);
  expect(sent).toHaveLength(2);
  expect(answers.filter(({ content }) => String(content).includes("mail_budget"))).toHaveLength(2);
});
