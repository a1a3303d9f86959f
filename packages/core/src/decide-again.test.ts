import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { createDesk } from "../../../test/support/desk-guard.ts";
import { decideInput } from "./decide-input.ts";
import { createRecord, type DecisionRecord, decideAgain } from "./decision-record.ts";
import type { Engine } from "./release/engine.ts";
import { createRuleIndex } from "./release/rule-index.ts";

const head = `
import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const run = tool("run", z.object({ n: int({ min: 0, max: 1000 }) }), { data_classes: [] });
`;

const spend = (rules: string) => `${head}
export default policy({
  category: "workflow",
  name: "spend",
  version: "1.0.0",
  rules: ({ budget, deny }) => ({ ${rules} }),
});
`;

const daily = (limit: number) =>
  `daily: budget({ reason: "used_up", tool: run, window: { days: 1 }, limit: ${limit}, cost: ({ args }) => args.n }),`;

/** A transform makes every run one of at least 10; the rest is of each release. */
const release = (rules: string, set = "Math.max(args.n, 10)") => ({
  "any.policy.ts": `${head}
export default policy({
  name: "any",
  version: "1.0.0",
  rules: ({ allow }) => ({ any: allow({ reason: "any", when: () => true }) }),
});
`,
  "least.policy.ts": `${head}
export default policy({
  category: "compliance",
  name: "least",
  version: "1.0.0",
  rules: ({ transform }) => ({
    least: transform({ reason: "least", tool: run, set: { n: ({ args }) => ${set} }, when: ({ args }) => args.n < 20 }),
  }),
});
`,
  "spend.policy.ts": spend(rules),
});

const forbidden = `ten: deny({ reason: "no_ten", remediation: "take_eleven", tool: run, when: ({ args }) => args.n === 10 }),`;
const other = `never: deny({ reason: "never", tool: run, when: ({ args }) => args.n > 999 }),`;

let builds: readonly BuiltRelease[];
let [active, strict, lower, higher, none, restless]: Engine[] = [];

beforeAll(async () => {
  builds = await Promise.all(
    [
      release(daily(100)),
      release(daily(100) + forbidden),
      release(daily(15)),
      release(daily(1000)),
      release(other),
      release(daily(100), "Math.min(args.n + 1, 1000)"),
    ].map((policies) => buildRelease(policies)),
  );
  [active, strict, lower, higher, none, restless] = builds.map(({ release }) => createEngine(release));
});
afterAll(() => Promise.all(builds.map((built) => built.remove())));

/** The records of some runs, one after another, under the active release. */
async function recordRuns(...amounts: readonly number[]): Promise<readonly DecisionRecord[]> {
  const { guard, decisions } = createDesk(active as Engine, { state: memoryStores().state });
  for (const n of amounts)
    await guard.admit({ host: {}, tool: "run", args: { n }, fulfils: ["redact", "transform"] });
  return decisions.map((event) => JSON.parse(JSON.stringify(createRecord(event))) as DecisionRecord);
}

async function replayed(record: DecisionRecord | undefined, by: Engine | undefined) {
  const engine = by as Engine;
  const { equal, decision } = await decideAgain(
    record as DecisionRecord,
    engine,
    createRuleIndex(engine.release),
  );
  return { equal, effect: decision.effect, reasons: decision.reasons, message: decision.message };
}

describe("a record that is decided again", () => {
  test("is equal under its own release, whether its call was changed, charged or refused by a limit", async () => {
    const records = await recordRuns(1, 80, 30);
    expect(records.map(({ decision }) => decision.reasons)).toEqual([["any"], ["any"], ["used_up"]]);
    for (const record of records) expect(await replayed(record, active)).toMatchObject({ equal: true });
  });

  test("is denied by another release that denies the call as rules change it", async () => {
    const [record] = await recordRuns(1);
    expect(await replayed(record, strict)).toMatchObject({ effect: "deny", reasons: ["no_ten"] });
  });

  test("is denied by another release that would go on changing the call", async () => {
    const [record] = await recordRuns(1);
    const reasons = ["forego.conflicting_obligations"];
    expect(await replayed(record, restless)).toMatchObject({ effect: "deny", reasons });
    const { release } = restless as Engine;
    const input = {
      contract: 1,
      agent: { id: "a", scope: "s" },
      action: { type: "tool_call", tool: "run", args: { n: 1 } },
      environment: { time: "2026-01-01T00:00:00Z" },
    };
    const decided = await decideInput(input, { engine: restless as Engine, rules: createRuleIndex(release) });
    expect(decided).toMatchObject({ effect: "deny", reasons });
  });

  test("is refused by a limit that is too low in another release", async () => {
    const [record] = await recordRuns(30);
    expect(await replayed(record, lower)).toMatchObject({ effect: "deny", reasons: ["used_up"] });
  });

  test("is allowed where the limit that refused it is higher, or gone", async () => {
    const refused = (await recordRuns(90, 30))[1];
    expect(refused?.decision.reasons).toEqual(["used_up"]);
    for (const by of [higher, none])
      expect(await replayed(refused, by)).toMatchObject({ effect: "allow", reasons: ["any"] });
  });

  test("says what denies it where it was refused by a limit before", async () => {
    const refused = (await recordRuns(95, 10))[1];
    expect(await replayed(refused, strict)).toMatchObject({
      reasons: ["no_ten"],
      message: expect.stringContaining("take_eleven"),
    });
  });
});
