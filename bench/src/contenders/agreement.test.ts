import { createRuleIndex, type DecisionEvent, type Engine, type Input } from "@forego/core";
import { loadEngine } from "forego";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { variedInputs } from "../varied-inputs.ts";
import { checkAgreement } from "./agreement.ts";
import { type Arena, openArena } from "./arena.ts";
import { guardInput } from "./guard-contender.ts";
import { handWrittenContender } from "./peer-contenders.ts";

let arena: Arena;
const inputs = variedInputs();

beforeAll(async () => {
  arena = await openArena();
});

afterAll(() => arena.close());

describe("checkAgreement", () => {
  it("finds all contenders of one mind, about every effect", async () => {
    const { allow, deny, require_approval } = await checkAgreement(Object.values(arena.contenders), inputs);
    expect(allow + deny + require_approval).toBe(inputs.length);
    expect(Math.min(allow, deny, require_approval)).toBeGreaterThan(20);
  });

  it("refuses a contender that decides otherwise", async () => {
    const lax = { ...handWrittenContender(), name: "lax", read: () => ({ effect: "allow" as const }) };
    await expect(checkAgreement([handWrittenContender(), lax], inputs)).rejects.toThrow("disagree");
  });
});

describe("variedInputs", () => {
  it("makes each of the 30 rules match", async () => {
    const engine = await loadEngine(arena.releaseFolder);
    const events = await Promise.all(inputs.map((input) => watch(engine, input)));
    const matched = new Set(events.flatMap((event) => event.matched.map(({ id }) => id)));
    expect(engine.release.rules).toHaveLength(30);
    expect([...matched].sort()).toEqual(engine.release.rules.map(({ id }) => id).sort());
  });
});

describe("guardInput", () => {
  it("makes the guard hand its engine the very input that the others get", async () => {
    const engine = await loadEngine(arena.releaseFolder);
    const rules = createRuleIndex(engine.release);
    for (const input of inputs) {
      const { pick } = rules.applicable(input.action.type, input.action.tool);
      const event = await watch(engine, input);
      expect(JSON.stringify(event.input)).toBe(JSON.stringify(pick(input)));
    }
  });
});

/** What an observer sees of the decision about an input. */
async function watch(engine: Engine, input: Input): Promise<DecisionEvent> {
  const seen: DecisionEvent[] = [];
  const onDecision = (event: DecisionEvent) => {
    seen.push(event);
    return undefined;
  };
  const { guard, call } = guardInput(engine, input, [{ onDecision }]);
  await guard.decide(call);
  const [event] = seen;
  if (event === undefined) throw new Error("the decision was not observed");
  return event;
}
