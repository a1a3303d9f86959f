import { createRuleIndex, type Engine, type EngineOutput, type RuleInfo } from "@forego/core";
import type { Answer, Contender } from "./contender.ts";

type Projected = Readonly<Record<string, unknown>>;

/** The release's evaluation alone, on an input that was projected before. */
export function evaluateContender(engine: Engine): Contender {
  const rules = createRuleIndex(engine.release);
  return {
    name: "release, evaluate only",
    prepare(input) {
      const projected = rules.applicable(input.action.type, input.action.tool).pick(input) as Projected;
      return () => engine.evaluate(projected);
    },
    read: (raw) => raw as EngineOutput,
  };
}

/** Releases that decide together: each projects the input and evaluates it, and what they say is joined. */
export function releasesContender(name: string, engines: readonly Engine[]): Contender<Answer> {
  const table = new Map(engines.flatMap(({ release }) => release.rules.map((rule) => [rule.id, rule])));
  return {
    name,
    prepare(input) {
      const { type, tool } = input.action;
      const releases = engines.map((engine) => ({
        engine,
        pick: createRuleIndex(engine.release).applicable(type, tool).pick,
      }));
      return () => {
        const outputs = releases.map(({ engine, pick }) => engine.evaluate(pick(input) as Projected));
        return joinOutputs(outputs as readonly EngineOutput[], table);
      };
    },
    read: (answer) => answer,
  };
}

/** Resolves what several releases say: a release without a rule that allows does not deny for the lack of it. */
function joinOutputs(outputs: readonly EngineOutput[], table: ReadonlyMap<string, RuleInfo>): Answer {
  const noAllow = "forego.no_matching_allow";
  const denied = outputs.filter(({ effect, reasons }) => effect === "deny" && reasons[0] !== noAllow);
  if (denied.length > 0) return { effect: "deny", reasons: denied.flatMap(({ reasons }) => reasons) };
  const hits = outputs.flatMap((output) => output.hits.flatMap((id) => table.get(id) ?? []));
  const asks = hits.filter(({ effect }) => effect === "require_approval");
  const isPermitted = hits.some(({ effect, category }) => effect === "allow" || category === "resource");
  if (!isPermitted) return { effect: "deny", reasons: [noAllow] };
  if (asks.length > 0) return { effect: "require_approval", reasons: asks.map(({ reason }) => reason) };
  return { effect: "allow", reasons: hits.map(({ reason }) => reason) };
}
