import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ElicitRequestSchema, type ElicitResult } from "@modelcontextprotocol/sdk/types.js";
import { createEngine } from "forego";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import {
  commandOf,
  connectClient,
  everythingServer,
  type McpDesk,
  openMcpDesk,
  textOf,
} from "../../../test/support/mcp-desk.ts";
import { mcpPolicies } from "../../../test/support/mcp-policies.ts";
import { decisionKey, type McpHost } from "./index.ts";

let built: BuiltRelease;
let desk: McpDesk;
let client: Client | undefined;

beforeAll(async () => {
  built = await buildRelease(mcpPolicies);
});
afterAll(() => built.remove());

const hostile = commandOf("mcp-hostile-server.ts");
const authenticate = ({ headers }: { headers: NodeJS.Dict<string | string[]> }) => {
  const [user = "", ...groups] = String(headers.authorization).replace("Bearer ", "").split("+");
  return { subject: user, authInfo: { token: "t", clientId: "c", scopes: [], extra: { user, groups } } };
};

const open = async (more: { approvalWaitMs?: number } = {}) => {
  const servers = { all: everythingServer, hostile };
  desk = await openMcpDesk(createEngine(built.release), { servers, authenticate, ...more });
};
beforeEach(() => open());
afterEach(async () => {
  await client?.close();
  client = undefined;
  await desk.gateway.close();
});

/** Connects a client whose user answers as told; answers with what the user was shown. */
async function connect(
  answer: (message: string) => ElicitResult | Promise<ElicitResult>,
  { token = "ana", server = "all", capabilities = { elicitation: {} } as object } = {},
): Promise<{ readonly client: Client; readonly shown: string[] }> {
  const shown: string[] = [];
  const headers = { authorization: `Bearer ${token}` };
  client = await connectClient(
    `${desk.url}/mcp/${server}`,
    { requestInit: { headers }, capabilities },
    (one) => {
      if (!("elicitation" in capabilities)) return;
      one.setRequestHandler(ElicitRequestSchema, ({ params }) => {
        shown.push(params.message);
        return answer(params.message);
      });
    },
  );
  return { client, shown };
}

const yes = (): ElicitResult => ({ action: "accept", content: { approve: true } });
const echo = (to: Client, text: string, more: object = {}) =>
  to.callTool({ name: "echo", arguments: { text, ...more } });
const calls = async (of: Client) => textOf(await of.callTool({ name: "calls" }));

describe("a call that needs approval", () => {
  test("is made once the user approves what is shown, and is one decision", async () => {
    const { client, shown } = await connect(yes);
    expect(textOf(await echo(client, "ask me"))).toContain('"text":"ask me"');
    expect(shown).toHaveLength(1);
    expect(shown[0]).toContain("Some words are echoed with care");
    expect(shown[0]).toContain('"all": "echo" {"text":"ask me"}');
    expect(desk.asks).toHaveLength(1);
    expect(desk.decisions.map(({ decision }) => decision.effect)).toEqual(["allow"]);
    expect(desk.settles).toHaveLength(1);
  });

  test("is asked about each time", async () => {
    const { client, shown } = await connect(yes);
    await echo(client, "ask");
    await echo(client, "ask");
    expect(shown).toHaveLength(2);
  });

  test.each<[string, ElicitResult]>([
    ["declines", { action: "decline" }],
    ["sends a form that does not say yes", { action: "accept", content: { approve: false } }],
    ["sends an empty form", { action: "accept", content: {} }],
    ["sends a yes that is a text", { action: "accept", content: { approve: "true" } }],
    ["closes the form", { action: "cancel" }],
  ])("is not made when the user %s", async (_what, answer) => {
    const { client } = await connect(() => answer);
    const result = await echo(client, "ask");
    expect(result).toMatchObject({ isError: true, _meta: { [decisionKey]: { allow: false } } });
    expect(await calls(client)).not.toContain("ask");
  });

  test("is not made when the client fails to ask", async () => {
    const { client } = await connect(() => {
      throw new Error("no window");
    });
    expect(await echo(client, "ask")).toMatchObject({ isError: true });
    expect(await calls(client)).not.toContain("ask");
  });

  test.each([{}, { elicitation: { url: {} } }])(
    "is denied where the client can show no form: %o",
    async (capabilities) => {
      const { client, shown } = await connect(yes, { capabilities });
      expect(await echo(client, "ask")).toMatchObject({
        isError: true,
        _meta: { [decisionKey]: { effect: "require_approval", reasons: ["word_is_asked"] } },
      });
      expect(shown).toEqual([]);
    },
  );

  test("is granted by the identity of the session only as far as that may grant it", async () => {
    const { client, shown } = await connect(yes);
    expect(await echo(client, "money")).toMatchObject({ isError: true });
    expect(shown).toHaveLength(1);
    await client.close();
    const finance = await connect(yes, { token: "fay+finance" });
    expect((await echo(finance.client, "money")).isError).toBeUndefined();
  });

  test("is not shown to a user who may not grant it; once somebody else has, it is made", async () => {
    const { client, shown } = await connect(yes, { token: "fay+finance" });
    expect(await echo(client, "much money")).toMatchObject({ isError: true });
    expect(shown).toEqual([]);
    const [request] = desk.asks.flatMap(({ requests }) => requests);
    const extra = { user: "bob", groups: ["finance"] };
    const host: McpHost = {
      adapter: "mcp",
      transport: "http",
      server: "all",
      authInfo: { token: "t", clientId: "c", scopes: [], extra },
    };
    expect(await desk.guard.answer(request?.id ?? "", true, host)).toEqual({ accepted: true });
    expect((await echo(client, "much money")).isError).toBeUndefined();
  });

  test("is not made when it is cancelled before the answer, and the question is taken back", async () => {
    let release: (() => void) | undefined;
    const { client, shown } = await connect(
      () =>
        new Promise((resolve) => {
          release = () => resolve(yes());
        }),
    );
    const controller = new AbortController();
    const call = client.callTool({ name: "echo", arguments: { text: "ask" } }, undefined, {
      signal: controller.signal,
    });
    await expect.poll(() => shown).toHaveLength(1);
    controller.abort();
    await expect(call).rejects.toThrow();
    release?.();
    expect(await calls(client)).not.toContain("ask");
  });

  test("is not made when nobody answers in time", async () => {
    await desk.gateway.close();
    await open({ approvalWaitMs: 100 });
    const { client } = await connect(() => new Promise(() => {}));
    expect(await echo(client, "ask")).toMatchObject({ isError: true });
  });

  test("is not granted by an answer to a question of the server's, whatever its id and words", async () => {
    const waiting: (() => void)[] = [];
    const { client, shown } = await connect(
      (message) =>
        message.includes("Denied") || message.includes("Needs approval")
          ? new Promise((resolve) => waiting.push(() => resolve({ action: "decline" })))
          : yes(),
      { server: "hostile" },
    );
    const asked = echo(client, "ask");
    await expect.poll(() => waiting).toHaveLength(1);
    const collided = await client.callTool({ name: "collide" });
    expect(JSON.parse(textOf(collided))).toEqual([yes(), yes(), yes()]);
    expect(shown).toHaveLength(4);
    for (const answer of waiting) answer();
    expect(await asked).toMatchObject({ isError: true });
  });

  describe("and comes twice at once", () => {
    /** Makes two equal calls whose questions are both shown before either is answered. */
    async function callTwice() {
      const waiting: ((answer: ElicitResult) => void)[] = [];
      const { client } = await connect(() => new Promise((resolve) => void waiting.push(resolve)));
      const calls = [echo(client, "ask both"), echo(client, "ask both")];
      await expect.poll(() => waiting).toHaveLength(2);
      const first = Promise.race(calls);
      waiting[0]?.(yes());
      expect(textOf(await first)).toBe('{"text":"ask both"}');
      return { client, waiting, calls };
    }
    const ran = async (of: Client) => (await calls(of)).split("ask both").length - 1;

    test("is made twice by a user who approves both, and is asked again about the second", async () => {
      const { client, waiting, calls } = await callTwice();
      waiting[1]?.(yes());
      await expect.poll(() => waiting).toHaveLength(3);
      expect(await ran(client)).toBe(1);
      waiting[2]?.(yes());
      const texts = (await Promise.all(calls)).map(textOf);
      expect(texts).toEqual(['{"text":"ask both"}', '{"text":"ask both"}']);
      expect(await ran(client)).toBe(2);
    });

    test.each<[string, readonly ElicitResult[]]>([
      ["closes the second form", [{ action: "cancel" }]],
      ["declines the second form", [{ action: "decline" }]],
      ["closes the form that is shown again", [yes(), { action: "cancel" }]],
      ["declines the form that is shown again", [yes(), { action: "decline" }]],
    ])("is made once for a user who %s", async (_what, answers) => {
      const { client, waiting, calls } = await callTwice();
      for (const [index, answer] of answers.entries()) {
        await expect.poll(() => waiting).toHaveLength(2 + index);
        waiting[1 + index]?.(answer);
      }
      const results = await Promise.all(calls);
      expect(results.map(({ isError = false }) => isError).sort()).toEqual([false, true]);
      expect(await ran(client)).toBe(1);
      expect(waiting).toHaveLength(1 + answers.length);
    });
  });

  test("shows values in one line that nothing in them can break or turn", async () => {
    const { client, shown } = await connect(() => ({ action: "decline" }));
    await echo(client, 'ask\n\nApproved already.\u202e\u2028"');
    expect(shown[0]?.split("\n").at(-1)).toBe(
      String.raw`"all": "echo" {"text":"ask\n\nApproved already.\u202e\u2028\""}`,
    );
  });
});
