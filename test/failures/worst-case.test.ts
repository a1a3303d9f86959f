import { type DecisionEvent, type Engine, verified } from "@forego/core";
import { createOpaEngine } from "@forego/opa";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../support/build-release.ts";
import { createDesk } from "../support/desk-guard.ts";
import { bundlesOf, type RunningOpa, runOpaServer } from "../support/run-opa-server.ts";
import { smallSend, thousand, worstCasePolicies } from "../support/worst-case-policy.ts";
import { engineKinds, type FailingEngine } from "./failure.ts";

/** What an evaluation in process should stay below, on a machine of its own. */
const aimMs = 5;
/** What the quickest of several evaluations stays below on any machine: ten times that, and more over a server. */
const boundMs = { wasm: 10 * aimMs, ir: 10 * aimMs, opa: 400 * aimMs };

let built: BuiltRelease;
let opa: RunningOpa;
let engines: Readonly<Record<FailingEngine, Engine>>;

beforeAll(async () => {
  built = await buildRelease(worstCasePolicies);
  opa = await runOpaServer(await bundlesOf(built.dir));
  const remote = { socket: opa.socket, timeoutMs: 60_000, onWarning: () => {} };
  engines = {
    wasm: createEngine(built.release, "wasm"),
    ir: createEngine(built.release, "ir"),
    opa: await createOpaEngine({ ...remote, release: built.release.info }),
  };
});

afterAll(async () => {
  await opa.stop();
  await built.remove();
});

const classes = thousand("class");
const groups = thousand("group");

/** Every list at its maximum, each of which is looked at once; and lists that are looked up in lists. */
const inputs: readonly (readonly [what: string, args: object, inLists: boolean])[] = [
  ["lists at their maximum", { to: thousand("to"), copies: thousand("copy") }, false],
  ["a list beside the longest text", { to: thousand("to"), text: "x".repeat(150_000) }, false],
  [
    "a record at its maximum",
    { tags: Object.fromEntries(thousand("tag").map((name) => [name, ["x"]])) },
    false,
  ],
  ["lists in a list", { rows: thousand("row").map(() => ({ labels: thousand("label", 9) })) }, false],
  ["lists at their maximum, looked up in lists at theirs", { to: thousand("to") }, true],
];

describe.each(engineKinds)("over the engine %s, a call with", (kind) => {
  test.each(inputs)("%s is decided, and so is the next one", async (what, args, inLists) => {
    const { guard, decisions } = createDesk(engines[kind], {
      identify: () =>
        verified({
          user: {
            id: "ada",
            groups: inLists ? groups : [],
            data_classifications_authorized: inLists ? classes : ["c"],
          },
          chain: thousand("agent").map((id) => ({ id })),
        }),
      tools: { send: { dataClasses: inLists ? classes : ["c"] } },
    });
    const session = { dataClassesSeen: thousand("seen") };
    const decide = (more: object) =>
      guard.decide({ host: {}, tool: "send", args: { ...smallSend, ...more }, session });
    expect((await decide(args)).reasons).toEqual(["letters_may_be_sent"]);
    const ms = await quickest(engines[kind], decisions[0]);
    process.stdout.write(`${kind}: ${what}: ${ms.toFixed(2)} ms\n`);
    expect(ms).toBeLessThan(boundMs[kind]);
    expect((await decide({ to: ["x.evil.example"] })).reasons).toEqual(["recipient"]);
    expect((await decide({})).reasons).toEqual(["letters_may_be_sent"]);
  });
});

/** Milliseconds of the quickest of 20 evaluations of what was decided on. */
async function quickest(engine: Engine, event: DecisionEvent | undefined): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 20; run++) {
    const startedAt = performance.now();
    await engine.evaluate(event?.input ?? {});
    times.push(performance.now() - startedAt);
  }
  return Math.min(...times);
}
