import type { Json } from "@forego/core";
import { evaluateRelease } from "@forego/ir";
import { decideInJavaScript, requireSame } from "@forego/testing";
import { afterAll, expect, test } from "vitest";
import { buildLanguage, obligationsFolder } from "./built-policy.ts";

const built = await buildLanguage(obligationsFolder);
afterAll(() => built.dispose());
const release = built.together;

/** What decides whether a rule matches, does not, or cannot be checked: a fact that is true, false or absent. */
const switches = ["allows", "denies", "asks", "lifts", "redacts", "limits", "renames", "audits"] as const;
const states = [true, false, undefined] as const;

const asks = ["resource.gate.asks"];

test("resolves lifts, obligations and limits as the truth table says, in every combination", () => {
  let compared = 0;
  for (const facts of combinations()) {
    for (const [phase, granted] of [
      ["tool_call", []],
      ["tool_call", asks],
      ["model_call", []],
    ] as const) {
      const input = inputOf(facts, phase, granted);
      const { output } = decideInJavaScript(release, input);
      requireSame(release, "ir", input, output, evaluateRelease(release.ir, input));
      requireSame(release, "wasm", input, output, release.wasm.evaluate(input));
      requireSame(release, "checked", input, output, release.checked.evaluate(input));
      compared += 1;
    }
  }
  expect(compared).toBe(3 * states.length ** switches.length);
});

test("denies a call that two rules would change in different ways, and not one that they change in the same", () => {
  const both = { allows: true, limits: true, renames: true };
  const decide = (name: string) =>
    release.wasm.evaluate(inputOf({ ...calm, ...both, name }, "tool_call", []));
  expect(decide("b@x.io")).toMatchObject({ effect: "deny", reasons: ["forego.conflicting_obligations"] });
  expect(decide("a@x.io")).toMatchObject({
    effect: "allow",
    obligations: [{ set: { size: 5 } }, { set: { to: "a@x.io" } }],
  });
});

test("takes back a deny and a question, and names both", () => {
  const facts = { ...calm, allows: true, denies: true, asks: true };
  expect(release.wasm.evaluate(inputOf(facts, "tool_call", []))).toMatchObject({ effect: "deny" });
  expect(release.wasm.evaluate(inputOf({ ...facts, lifts: true }, "tool_call", []))).toMatchObject({
    effect: "allow",
    reasons: ["allows"],
    overridden: ["resource.gate.asks", "resource.gate.denies"],
  });
  const late = {
    ...inputOf({ ...facts, lifts: true }, "tool_call", []),
    environment: { time: "2030-01-01T00:00:00Z" },
  };
  expect(release.wasm.evaluate(late)).toMatchObject({ effect: "deny", reasons: ["denies"], overridden: [] });
});

test("denies for the arguments where they are all that keeps a limit, and what is left of it, from being known", () => {
  const { state, ...input } = inputOf({ ...calm, allows: true }, "tool_call", []);
  const { weekly } = state.spend;
  const unknown = { ...input, state: { spend: { weekly } } };
  const reasonsFor = (asked: { readonly [name: string]: Json }) => {
    const output = evaluateRelease(release.ir, asked);
    requireSame(release, "wasm", asked, output, release.wasm.evaluate(asked));
    return output.reasons;
  };
  const args = { size: 9, to: null };
  expect(reasonsFor({ ...unknown, action: { ...input.action, args } })).toEqual(["forego.invalid_arguments"]);
  expect(reasonsFor(unknown)).toEqual(["forego.invalid_rule"]);
});

const calm: Facts = Object.fromEntries(switches.map((name) => [name, false]));

type Facts = Readonly<Record<string, Json | undefined>>;

function combinations(): readonly Facts[] {
  return switches.reduce<readonly Facts[]>(
    (all, name) => all.flatMap((some) => states.map((state) => ({ ...some, [name]: state }))),
    [{}],
  );
}

function inputOf(facts: Facts, phase: string, granted: readonly string[]) {
  const known = { name: "b@x.io", size: 5, stays: false, counts: true, price: 3, account: "a", ...facts };
  const use = { used: 0, limit: 100, remaining: 100 };
  return {
    agent: { scope: "support" },
    action: { type: phase, tool: "mail.send", args: { to: "a@x.io", size: 9 } },
    environment: { time: "2025-01-01T00:00:00Z" },
    facts: Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as {
      [name: string]: Json;
    },
    state: { spend: { weekly: use, calls: use } },
    granted: [...granted],
  };
}
