import type { Input } from "../contract/contract.ts";
import type { Obligation } from "../contract/obligation.ts";
import { union } from "../json/union.ts";
import { type EngineOutput, unspoken } from "../release/engine.ts";
import type { RuleInfo } from "../release/release.ts";
import { findRules, type RuleIndex } from "../release/rule-index.ts";
import type { GuardSetup } from "../setup/guard-setup.ts";
import type { Steps } from "../steps/steps.ts";
import { isTrouble } from "../steps/trouble.ts";
import { evaluateInput } from "./evaluate-input.ts";
import type { Evaluation, ServerOutput } from "./evaluation.ts";
import { obligationOf } from "./read-engine-output.ts";

/** Evaluates the main release, and beside it the one that came with the call's server. Never throws. */
export function* evaluateBoth(setup: GuardSetup, input: Input, before?: Evaluation): Steps<Evaluation> {
  const main =
    unspokenOf(setup.rules, input) ?? (yield* evaluateInput(setup.engine, setup.rules, input, before));
  const name = input.action.server;
  const server = name === null ? undefined : setup.servers.get(name);
  if (server === undefined || name === null || isTrouble(main.decided)) return main;
  const granted = input.granted.flatMap((id) =>
    id.startsWith(`${name}/`) ? [id.slice(name.length + 1)] : [],
  );
  const { decided } = yield* evaluateInput(server.engine, server.rules, { ...input, granted });
  // fail closed: a release that fails, and might have denied, denies
  if (isTrouble(decided)) return { projected: main.projected, decided };
  // fail closed: a release that denies for what none of its rules says is not taken to have said nothing
  if (deniesItself(decided, server.rules)) {
    const cause = `the release of '${name}' denies: ${decided.reasons.join(", ")}`;
    return { projected: main.projected, decided: { trouble: "forego.invalid_decision", cause } };
  }
  const said = nameRules(name, server.engine.release.digest, decided, server.rules);
  const { engine: _alone, ...joined } = main;
  return { ...joined, decided: joinServer(main.decided, said, input.granted), server: said };
}

/** Whether a release denies for more than that it allows nothing, and no rule of it that denies is named. */
function deniesItself(said: EngineOutput, index: RuleIndex): boolean {
  if (said.effect !== "deny" || said.reasons.every(isLater)) return false;
  const rules = findRules(index, [...said.hits, ...said.invalid]);
  const hits = rules.filter(({ id }) => said.hits.includes(id));
  return reasonsThatDeny(hits, rules, said).length === 0;
}

/** What a release says of a call that none of its rules is about, where a call needs no allow: nobody is asked for that. */
function unspokenOf(rules: RuleIndex, input: Input): Evaluation | undefined {
  const { type, tool } = input.action;
  if (type !== "model_call") return undefined;
  const applicable = rules.applicable(type, tool);
  if (applicable.rules.length > 0) return undefined;
  const projected = applicable.pick(input) as Evaluation["projected"];
  return { projected, decided: unspoken };
}

/** Finds the rules of the main release, and those that a server's said something with. */
export function withServer(rules: RuleIndex, server: ServerOutput | undefined): RuleIndex {
  if (server === undefined) return rules;
  const own = new Map(server.rules.map((rule) => [rule.id, rule]));
  return { ...rules, rule: (id) => own.get(id) ?? rules.rule(id) };
}

function nameRules(server: string, release: string, decided: EngineOutput, index: RuleIndex): ServerOutput {
  const named = (id: string) => `${server}/${id}`;
  const said = findRules(index, [...decided.hits, ...decided.invalid]);
  const output = {
    ...decided,
    hits: decided.hits.map(named),
    invalid: decided.invalid.map(named),
    values: Object.fromEntries(Object.entries(decided.values).map(([id, value]) => [named(id), value])),
  };
  return { server, release, output, rules: said.map((rule) => ({ ...rule, id: named(rule.id) })) };
}

/** The main release's output, with what the server's restricts: it joins the denies, the asks and the obligations. */
export function joinServer(
  main: EngineOutput,
  { output, rules }: ServerOutput,
  granted: readonly string[],
): EngineOutput {
  const hits = rules.filter(({ id }) => output.hits.includes(id));
  const joined = {
    ...main,
    hits: union(main.hits, output.hits),
    invalid: union(main.invalid, output.invalid),
    missing: union(main.missing, output.missing),
  };
  const denies = reasonsThatDeny(hits, rules, output);
  if (denies.length > 0) {
    // what is not allowed because no rule allows it is not told beside what forbids it
    const before = main.effect === "deny" ? main.reasons.filter((reason) => !isLater(reason)) : [];
    return { ...joined, effect: "deny", reasons: union(before, denies), obligations: [] };
  }
  if (main.effect === "deny") return joined;
  const obligations = [...main.obligations, ...hits.flatMap((rule) => obligationOf(rule, {}))].sort(byRule);
  const asks = hits.filter(({ effect }) => effect === "require_approval");
  const open = asks.filter(({ id }) => !granted.includes(id));
  if (open.length === 0) {
    const told = main.effect === "allow" ? asks.map(({ reason }) => reason) : [];
    return { ...joined, obligations, reasons: union(main.reasons, told) };
  }
  const asked = main.effect === "require_approval" ? main.reasons : [];
  const reasons = union(
    asked,
    open.map(({ reason }) => reason),
  );
  return { ...joined, effect: "require_approval", obligations, reasons };
}

/** Reasons for which a call is denied after those of rules that deny. */
function isLater(reason: string): boolean {
  return reason === "forego.no_matching_allow" || reason === "forego.conflicting_obligations";
}

function reasonsThatDeny(
  hits: readonly RuleInfo[],
  rules: readonly RuleInfo[],
  { invalid, missing }: EngineOutput,
): readonly string[] {
  const denies = hits.filter(({ effect }) => effect === "deny").map(({ reason }) => reason);
  const broken = rules.filter(({ id, effect }) => invalid.includes(id) && effect !== "audit");
  // fail closed: a rule that restricts, and cannot be checked, denies
  if (broken.length === 0) return denies;
  const wrong = broken
    .flatMap(({ requires }) => requires)
    .filter((path) => missing.includes(path) && !path.startsWith("state."));
  const isArguments = wrong.length > 0 && wrong.every((path) => path.startsWith("action.args"));
  return [...denies, isArguments ? "forego.invalid_arguments" : "forego.invalid_rule"];
}

/** Obligations in the order of their rules. */
export function byRule(one: Obligation, other: Obligation): number {
  return one.rule < other.rule ? -1 : 1;
}
