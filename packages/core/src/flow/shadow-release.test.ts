import { setTimeout as sleep } from "node:timers/promises";
import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, type DeskHost } from "../../../../test/support/desk-guard.ts";
import type { Call } from "../contract/call.ts";
import type { DifferenceEvent } from "../decision/observer.ts";
import type { Guard } from "../guard.ts";
import type { StateStore } from "../ports/state-store.ts";
import type { Engine } from "../release/engine.ts";

const head = `
import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const pay = tool("pay", z.object({ n: int({ min: 0, max: 1000 }), to: z.string() }), { data_classes: [] });
const read = tool("read", z.object({}), { data_classes: [] });
`;

interface Rules {
  readonly limit?: number;
  readonly care?: string;
}

/** Payments are counted, the last of them are small, large ones are asked about; more, as a release says. */
const release = ({ limit = 100, care = "" }: Rules) => ({
  "any.policy.ts": `${head}
export default policy({
  name: "any",
  version: "1.0.0",
  rules: ({ allow }) => ({ any: allow({ reason: "any", when: () => true }) }),
});
`,
  "spend.policy.ts": `${head}
export default policy({
  category: "workflow",
  name: "spend",
  version: "1.0.0",
  state: ["daily"],
  rules: ({ budget, deny, requireApproval }) => ({
    daily: budget({ reason: "used_up", tool: pay, window: { days: 1 }, limit: ${limit}, cost: ({ args }) => args.n }),
    careful: deny({ reason: "careful", tool: pay, when: ({ state, args }) => state.daily.remaining < 30 && args.n > 10 }),
    large: requireApproval({ reason: "large", tool: pay, when: ({ args }) => args.n > 50 }),
  }),
});
`,
  "care.policy.ts": `${head}
export default policy({
  category: "compliance",
  name: "care",
  version: "1.0.0",
  rules: ({ deny, redact, transform }) => ({
    hidden: redact({ reason: "hidden", tool: pay, paths: ["args.to"], when: ({ args }) => args.to === "secret" }),
    least: transform({ reason: "least", tool: pay, set: { n: ({ args }) => Math.max(args.n, 5) }, when: ({ args }) => args.n < 5 }),
    never: deny({ reason: "never", tool: pay, when: ({ args }) => args.n > 999 }),
    ${care}
  }),
});
`,
});

let builds: readonly BuiltRelease[];
let [plain, active, low, high, strict, withholding, redacting]: Engine[] = [];

beforeAll(async () => {
  const { "any.policy.ts": any } = release({});
  const plainBuild = buildRelease({ "any.policy.ts": any });
  const others = await Promise.all(
    [
      {},
      { limit: 40 },
      { limit: 1000 },
      { care: `five: deny({ reason: "no_five", tool: pay, when: ({ args }) => args.n === 5 }),` },
      { care: `kept: deny({ reason: "kept", tool: read, on: ["tool_result"], when: () => true }),` },
      {
        care: `rows: redact({ reason: "rows", tool: read, on: ["tool_result"], paths: ["result.rows[*].ssn"], when: () => true }),`,
      },
    ].map((rules) => buildRelease(release(rules))),
  );
  builds = [await plainBuild, ...others];
  [plain, active, low, high, strict, withholding, redacting] = builds.map(({ release }) =>
    createEngine(release),
  );
});
afterAll(() => Promise.all(builds.map((built) => built.remove())));

let calls = 0;
const pay = (n: number, more: Partial<Call<DeskHost>> = {}): Call<DeskHost> => ({
  host: {},
  tool: "pay",
  callId: `call-${++calls}`,
  conversationId: "talk",
  args: { n, to: "ana" },
  fulfils: ["redact", "transform"],
  ...more,
});
const read = () => pay(0, { tool: "read", args: {} });

type Play = (guard: Guard<DeskHost>) => Promise<unknown>;

/** The differences that observers are told while something is done under the active release. */
async function differences(
  shadow: Engine | undefined,
  play: Play,
  by = active,
  state = memoryStores().state,
) {
  const told: DifferenceEvent[] = [];
  const observers = [{ onDifference: (event: DifferenceEvent) => void told.push(event) }];
  const { guard } = createDesk(by as Engine, { shadow: shadow as Engine, observers, state });
  await play(guard);
  await sleep(20);
  return told.map(({ phase, decision, shadow }) => [phase, decision.effect, shadow.effect, shadow.reasons]);
}

const run = async (guard: Guard<DeskHost>, call: Call<DeskHost>, result: unknown = "done") => {
  const admission = await guard.admit(call);
  if (admission.decision.allow) await guard.settle(admission, { result });
  return admission.decision.reasons;
};

/** The same counts, a little later. */
function late(): StateStore {
  const { state } = memoryStores();
  return {
    ...state,
    usage: async (counters) => {
      const used = await state.usage(counters);
      await sleep(2);
      return used;
    },
  };
}

const refusal: Play = async (guard) => {
  const asked = pay(60);
  const { requests } = await guard.propose(asked);
  await guard.answer(requests[0]?.id ?? "", false, {});
  expect(await run(guard, asked)).toEqual(["forego.approval_refused"]);
};

const usedUp: Play = async (guard) => {
  const made = [];
  // the third leaves less than 30, and the sixth finds nothing
  for (const n of [25, 25, 25, 10, 10, 10]) made.push(await run(guard, pay(n)));
  expect(made.flat()).toEqual(["any", "any", "any", "any", "any", "used_up"]);
};

describe("a shadow release that says the same", () => {
  const plays: readonly [string, Play][] = [
    ["a limit is used up, and a rule reads what is left", usedUp],
    ["a person refuses", refusal],
    [
      "a host cannot fulfil an obligation",
      (guard) => run(guard, pay(10, { args: { n: 10, to: "secret" }, fulfils: [] })),
    ],
    ["a call is changed", (guard) => run(guard, pay(1))],
    ["a call is only decided", (guard) => guard.decide(pay(1, { fulfils: [] }))],
    ["an adapter refuses", (guard) => guard.deny(pay(1), "forego.call_changed")],
    ["a result is looked at by no rule", (guard) => run(guard, read())],
  ];

  test.each(plays)("is told nothing of where %s", async (_what, play) => {
    expect(await differences(active, play)).toEqual([]);
  });

  test("is told nothing of limits in a store that answers later", async () => {
    expect(await differences(active, usedUp, active, late())).toEqual([]);
  });

  test("is told nothing of results that both redact, nor of those that a host cannot redact", async () => {
    const rows = { rows: [{ ssn: "1" }] };
    expect(await differences(redacting, (guard) => run(guard, read(), rows), redacting)).toEqual([]);
    const unable = { ...read(), fulfils: [] };
    expect(await differences(redacting, (guard) => run(guard, unable, rows), redacting)).toEqual([]);
  });
});

describe("a shadow release that says otherwise", () => {
  test("tells what its own limits would refuse, and what they would not", async () => {
    const twice: Play = async (guard) => {
      for (const n of [35, 8]) await run(guard, pay(n));
    };
    expect(await differences(low, twice)).toEqual([["tool_call", "allow", "deny", ["used_up"]]]);
    expect((await differences(high, usedUp)).at(-1)).toEqual(["tool_call", "deny", "allow", ["any"]]);
  });

  test("tells that it denies a call as rules change it", async () => {
    expect(await differences(strict, (guard) => run(guard, pay(1)))).toEqual([
      ["tool_call", "allow", "deny", ["no_five"]],
    ]);
  });

  test("tells what it says about results, also where no rule of the active one speaks about them", async () => {
    const play: Play = (guard) => run(guard, read(), { rows: [{ ssn: "1" }] });
    expect(await differences(withholding, play)).toEqual([["tool_result", "allow", "deny", ["kept"]]]);
    expect(await differences(withholding, play, redacting)).toEqual([
      ["tool_result", "allow", "deny", ["kept"]],
    ]);
    expect(await differences(redacting, play)).toEqual([["tool_result", "allow", "allow", []]]);
  });

  test("hands results on as if it were not there", async () => {
    const { guard, decisions } = createDesk(active as Engine, {
      shadow: withholding as Engine,
      state: memoryStores().state,
    });
    const settled = await guard.settle(await guard.admit(read()), { result: "done" });
    expect(settled).toEqual({ withheld: false, dataClasses: ["forego:unclassified"] });
    expect(decisions).toHaveLength(1);
  });
});

test("a shadow release with limits needs a store of them", () => {
  const { guard } = createDesk(plain as Engine);
  const code = expect.objectContaining({ code: "FG4004" });
  expect(() => guard.shadow(low)).toThrow(code);
  expect(() => createDesk(plain as Engine, { shadow: low as Engine })).toThrow(code);
});
