import { rm } from "node:fs/promises";
import { type EngineOutput, phases } from "@forego/core";
import { evaluateRelease } from "@forego/ir";
import { decideInJavaScript, requireSame } from "@forego/testing";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type BuiltLanguage, buildTogether } from "./built-policy.ts";
import { compareOverServer } from "./compare-over-server.ts";
import { inputs, opaInputs, seed } from "./parameters.ts";
import {
  idOf,
  type Order,
  readMeanings,
  switchedRules,
  times,
  writeSwitchedPolicies,
} from "./switched-policies.ts";

type Switches = Readonly<Record<string, boolean | null>>;

/** What is asked: what each rule says (`null` where it cannot be checked), and of which call. */
interface Asked {
  readonly said: Switches;
  readonly phase: string;
  readonly tool: string;
  readonly time: string;
  readonly granted: readonly string[];
}

const asAsked: Order = (items) => items;
const backwards: Order = (items) => items.toReversed();
const turned: Order = (items) => [...items.slice(items.length >> 1), ...items.slice(0, items.length >> 1)];

const meanings = await readMeanings();
const folders: string[] = [];
const denying = await build(asAsked, "deny");
const inOtherOrders = [await build(backwards, "deny"), await build(turned, "deny")];
const allowing = await build(asAsked, "allow");
afterAll(async () => {
  await Promise.all([denying, allowing, ...inOtherOrders].map((one) => one.dispose()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

const runs = { seed, numRuns: Math.max(inputs, 1000) };

describe.each([
  ["denies", denying.together],
  ["allows", allowing.together],
])("a release of all categories that %s by default", (_what, release) => {
  const decide = (asked: Asked) => release.wasm.evaluate(inputOf(asked)) as EngineOutput;

  test("resolves what its rules say as the truth table does, in each engine", () => {
    const effects = new Map<string, number>();
    const property = fc.property(asking, (asked) => {
      const input = inputOf(asked);
      const { output } = decideInJavaScript(release, input);
      requireSame(release, "ir", input, output, evaluateRelease(release.ir, input));
      requireSame(release, "wasm", input, output, release.wasm.evaluate(input));
      requireSame(release, "checked", input, output, release.checked.evaluate(input));
      effects.set(output.effect, (effects.get(output.effect) ?? 0) + 1);
    });
    fc.assert(property, { ...runs, includeErrorInReport: true });
    // what is hardly ever allowed shows nothing
    for (const effect of ["allow", "deny", "require_approval"])
      expect(effects.get(effect), effect).toBeGreaterThan(runs.numRuns / 20);
  });

  test("resolves it so in a stock OPA server that has loaded the plain bundles", async () => {
    await compareOverServer(release, { arbitrary: asking.map(inputOf) }, { seed, inputs: opaInputs });
  });

  test("never allows more when another rule restricts", () => {
    const property = fc.property(asking, fc.constantFrom(...restricting), (asked, name) => {
      const before = decide(asked);
      const after = decide({ ...asked, said: { ...asked.said, [name]: true } });
      const isLifted = after.overridden.some((id) => id.endsWith(`.${name}`));
      if (asked.said[name] !== false || isLifted) return;
      expect(strictness[after.effect]).toBeGreaterThanOrEqual(strictness[before.effect]);
      if (after.effect !== "deny")
        expect(after.obligations).toEqual(expect.arrayContaining([...before.obligations]));
    });
    fc.assert(property, runs);
  });

  test("never allows more when what rules read is missing", () => {
    const unlifting = switchedRules.filter(({ effect }) => effect !== "lift");
    const names = fc.subarray(unlifting.map(({ name }) => name));
    const property = fc.property(asking, names, (asked, missing) => {
      const unknown = Object.fromEntries(missing.map((name) => [name, null]));
      const after = decide({ ...asked, said: { ...asked.said, ...unknown } });
      expect(strictness[after.effect]).toBeGreaterThanOrEqual(strictness[decide(asked).effect]);
    });
    fc.assert(property, runs);
  });

  // a question that was taken back is asked again, and allows what it asks about once that is granted
  test("never allows what nobody granted when lifts have expired, or what they read is missing", () => {
    const property = fc.property(asking, (asked) => {
      // what an override forbids ends with it
      const said: Switches = { ...asked.said, locked: false };
      const ungranted = { ...asked, said, granted: [] };
      const late = decide({ ...ungranted, time: times[2] });
      const missing = decide({ ...ungranted, said: { ...said, takes_back: null, waives: null } });
      for (const after of [late, missing]) {
        expect(after.overridden).toEqual([]);
        if (after.effect === "allow") expect(decide(ungranted).effect).toBe("allow");
      }
    });
    fc.assert(property, runs);
  });

  test("never allows more when less is granted", () => {
    const property = fc.property(asking, fc.nat(asks.length), (asked, kept) => {
      const less = decide({ ...asked, granted: asked.granted.slice(0, kept) });
      expect(strictness[less.effect]).toBeGreaterThanOrEqual(strictness[decide(asked).effect]);
    });
    fc.assert(property, runs);
  });
});

test("decides the same in whatever order policies, rules and what they name are written", () => {
  const property = fc.property(asking, (asked) => {
    const input = inputOf(asked);
    const expected = denying.together.wasm.evaluate(input) as EngineOutput;
    for (const { together } of inOtherOrders) {
      requireSame(together, "wasm in another order", input, expected, together.wasm.evaluate(input));
      requireSame(together, "ir in another order", input, expected, evaluateRelease(together.ir, input));
    }
  });
  fc.assert(property, { ...runs, includeErrorInReport: true });
});

const strictness = { allow: 0, require_approval: 1, deny: 2 } as const;

/** Rules that can only restrict: asking of a resource allows what it asks about. */
const restricting = switchedRules
  .filter(
    ({ effect, policy }) =>
      !["allow", "lift", "audit"].includes(effect) && !(policy === "gate" && effect === "requireApproval"),
  )
  .map(({ name }) => name);

const asks = switchedRules.filter(({ effect }) => effect === "requireApproval").map(idOf);

/** Mostly, what allows speaks and what restricts is silent: otherwise nearly all is denied. */
const saying = fc.record(
  Object.fromEntries(
    switchedRules.map(({ name, effect }) => {
      const [often, seldom] = ["allow", "lift"].includes(effect) ? [true, false] : [false, true];
      const said = fc.oneof(
        { weight: effect === "deny" ? 40 : 20, arbitrary: fc.constant<boolean | null>(often) },
        { weight: effect === "deny" ? 4 : 8, arbitrary: fc.constant(seldom) },
        { weight: effect === "lift" ? 6 : 1, arbitrary: fc.constant(null) },
      );
      return [name, said];
    }),
  ),
);

const asking: fc.Arbitrary<Asked> = fc.record({
  said: saying,
  phase: fc.constantFrom(...phases),
  tool: fc.constantFrom("mail.send", "crm.search"),
  time: fc.constantFrom(...times),
  granted: fc.subarray(asks),
});

function inputOf({ said, phase, tool, time, granted }: Asked) {
  return {
    action: { type: phase, tool, args: { to: "ana@x.io", size: 9 } },
    environment: { time },
    facts: Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null)) as Record<
      string,
      boolean
    >,
    granted: [...granted],
  };
}

async function build(order: Order, byDefault: "allow" | "deny"): Promise<Omit<BuiltLanguage, "alone">> {
  const folder = await writeSwitchedPolicies({ order, byDefault, meanings });
  folders.push(folder);
  return buildTogether(folder);
}
