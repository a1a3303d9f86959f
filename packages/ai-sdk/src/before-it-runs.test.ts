import { createGuard, type DecisionEvent, type Guard, type SettleEvent, verified } from "@forego/core";
import { generateText, stepCountIs, tool } from "ai";
import { createEngine } from "forego";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { modelThatSays } from "../../../test/support/model-that-says.ts";
import { type AiSdkHost, guardTools } from "./index.ts";

const policies = {
  "till.policy.ts": `
    import { policy, tool } from "@forego/dsl";
    import { z } from "zod";
    export default policy({
      name: "till",
      version: "1.0.0",
      rules: ({ allow, deny }) => ({
        all: allow({ reason: "all", when: () => true }),
        /** What the vault holds is not told. */
        vault: deny({ reason: "vault_result", tool: tool("vault", z.object({})), on: ["tool_result"], when: () => true }),
      }),
    });
  `,
};

const silentPolicies = {
  "till.policy.ts": policies["till.policy.ts"].replace(
    'on: ["tool_result"], when: () => true',
    "when: () => false",
  ),
};

let built: BuiltRelease;
/** Says nothing of what the vault holds. */
let silent: BuiltRelease;
beforeAll(async () => {
  [built, silent] = await Promise.all([buildRelease(policies), buildRelease(silentPolicies)]);
});
afterAll(() => Promise.all([built, silent].map((release) => release.remove())));

let decisions: DecisionEvent[];
let settles: SettleEvent[];
let ran: unknown[];
/** What happens while the guard decides. */
let meanwhile: () => void;
beforeEach(() => {
  decisions = [];
  settles = [];
  ran = [];
  meanwhile = () => {};
});

function createTill(mode?: "shadow"): Guard<AiSdkHost> {
  return createGuard<AiSdkHost>({
    engine: createEngine(built.release),
    ...(mode === undefined ? {} : { mode }),
    identify: () => {
      meanwhile();
      return verified({ user: { id: "ana" } });
    },
    agent: { id: "till-1", scope: "till" },
    deadlineMs: 5000,
    observers: [
      { onDecision: (event) => void decisions.push(event), onSettle: (event) => void settles.push(event) },
    ],
  });
}

type Execute = (input: unknown, options: object) => unknown;

async function* parts(input: unknown) {
  yield ran.push(input);
}

const kinds: readonly { readonly kind: string; readonly execute: Execute; readonly isStreaming: boolean }[] =
  [
    { kind: "a plain function", execute: async (input) => ran.push(input), isStreaming: false },
    { kind: "a generator function", execute: parts, isStreaming: false },
    { kind: "a function that streams", execute: (input) => parts(input), isStreaming: true },
  ];

/** Calls a guarded tool as the SDK does; answers with the last of what it says. */
async function call(name: string, execute: Execute, input: unknown, options: CallOptions = {}) {
  const { isStreaming = false, abortSignal, guard = createTill() } = options;
  const bare = tool({ inputSchema: z.any(), execute: execute as never });
  const streamingTools = isStreaming ? [name] : [];
  const guarded = guardTools(guard, { [name]: bare }, { streamingTools }).tools[name]?.execute as Execute;
  const output = guarded(input, { toolCallId: "c-1", messages: [], abortSignal });
  let last: unknown = output;
  if (typeof output === "object" && output !== null && Symbol.asyncIterator in output)
    for await (const part of output as AsyncIterable<unknown>) last = part;
  return await last;
}

interface CallOptions {
  readonly isStreaming?: boolean;
  readonly abortSignal?: AbortSignal;
  readonly guard?: Guard<AiSdkHost>;
}

describe.each(kinds)("$kind", ({ execute, isStreaming }) => {
  test("runs nothing that was changed while the guard decided", async () => {
    const input = { amount: 5, to: ["bob"] };
    meanwhile = () => {
      input.to[0] = "eve";
    };
    await expect(call("pay", execute, input, { isStreaming })).rejects.toMatchObject({
      decision: { reasons: ["forego.call_changed"] },
    });
    expect(ran).toEqual([]);
    expect(decisions.map(({ decision }) => decision.reasons)).toEqual([["all"], ["forego.call_changed"]]);
    expect(settles.map(({ outcome }) => outcome)).toEqual(["failed"]);
  });

  test("runs it all the same where the guard is told to obey nothing", async () => {
    const input = { amount: 5 };
    meanwhile = () => {
      input.amount = 50;
    };
    await call("pay", execute, input, { isStreaming, guard: createTill("shadow") });
    expect(ran).toEqual([{ amount: 50 }]);
    expect(decisions.map(({ decision }) => decision.reasons)).toContainEqual(["forego.call_changed"]);
  });

  test("is handed the input itself, which may be no JSON", async () => {
    const input = { at: new Date(0), pattern: /x/, run: () => 1 };
    await call("pay", execute, input, { isStreaming });
    expect(ran[0]).toBe(input);
  });

  test("does not run when the call is cancelled while the guard decides", async () => {
    const controller = new AbortController();
    const reason = new Error("never mind");
    meanwhile = () => controller.abort(reason);
    const options = { isStreaming, abortSignal: controller.signal };
    await expect(call("pay", execute, {}, options)).rejects.toBe(reason);
    expect(ran).toEqual([]);
    expect(settles.map(({ outcome }) => outcome)).toEqual(["failed"]);
  });
});

describe("a tool that throws", () => {
  const failing = async (): Promise<string> => {
    throw new Error("no entry for the secret 4711");
  };

  async function toldOf(name: string) {
    const model = modelThatSays([{ toolName: name }], "finished");
    const tools = { [name]: tool({ inputSchema: z.object({}), execute: failing }) };
    const guarded = guardTools(createTill(), tools);
    await generateText({ model, ...guarded, stopWhen: stepCountIs(3), prompt: "go" });
    return JSON.stringify(model.doGenerateCalls[1]?.prompt);
  }

  test("tells the model nothing but that it failed, where rules speak about its results", async () => {
    const told = await toldOf("vault");
    expect(told).toContain("The tool failed.");
    expect(told).not.toContain("4711");
    await expect(call("vault", failing, {})).rejects.toMatchObject({ cause: { message: /4711/ } });
  });

  test.each(kinds)("and so does $kind under the release that it began with", async ({ isStreaming }) => {
    const guard = createTill();
    const swapping = async () => {
      guard.activate(createEngine(silent.release));
      return failing();
    };
    async function* streaming() {
      yield await swapping();
    }
    const execute = isStreaming ? () => streaming() : swapping;
    await expect(call("vault", execute, {}, { guard, isStreaming })).rejects.toThrow("The tool failed.");
  });

  test("is decided by the release that admitted it, though another one came while the guard decided", async () => {
    const guard = createTill();
    meanwhile = () => guard.activate(createEngine(silent.release));
    const vault = tool({ inputSchema: z.any(), execute: parts });
    const { tools } = guardTools(guard, { vault }, { streamingTools: ["vault"] });
    const heard: unknown[] = [];
    const listen = async () => {
      const output = (tools.vault.execute as Execute)({}, { toolCallId: "c-1", messages: [] });
      for await (const part of output as AsyncIterable<unknown>) heard.push(part);
    };
    await expect(listen()).rejects.toMatchObject({ decision: { reasons: ["vault_result"] } });
    expect(heard).toEqual([]);
  });

  test("throws as without a guard, where none does", async () => {
    expect(await toldOf("pay")).toContain("no entry for the secret 4711");
  });
});
