import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RuleInfo } from "@forego/core";
import type { DecidedCall } from "./decide-calls.ts";
import type { Source } from "./find-source.ts";
import { writes } from "./recorded-call.ts";
import type { AirlineRun } from "./run-airline.ts";

/** The fewest recorded writes that policies which read policy.md right must deny. */
const fewestDeniedWrites = 20;

/**
 * What is wrong with a run, one sentence each: nothing, when the policies decided as they must. Reference calls are
 * all allowed; of the recorded writes enough are denied, by rules that quote the airline's policy word for word; and
 * our own recording is decided as it says itself.
 */
export async function findFailures(run: AirlineRun, { kind, folder }: Source): Promise<readonly string[]> {
  const { release, recorded, reference } = run;
  const notAllowed = reference
    .filter(({ decision }) => !decision.allow)
    .map((decided) => `A reference call is not allowed: ${describeDecided(decided)}.`);
  if (kind === "recording") return [...notAllowed, ...checkExpectations(recorded)];
  const policy = await readFile(join(folder, "policy.md"), "utf8");
  return [...notAllowed, ...checkDeniedWrites(recorded), ...checkQuotes(release.rules, policy)];
}

/** The decided calls that would change the database. */
export function writesOf(decided: readonly DecidedCall[]): readonly DecidedCall[] {
  return decided.filter(({ call }) => writes.has(call.tool));
}

function checkDeniedWrites(recorded: readonly DecidedCall[]): readonly string[] {
  const denied = writesOf(recorded).filter(({ decision }) => decision.effect === "deny").length;
  if (denied >= fewestDeniedWrites) return [];
  return [`Only ${denied} of the recorded writes are denied, and ${fewestDeniedWrites} must be.`];
}

function checkQuotes(rules: readonly RuleInfo[], policy: string): readonly string[] {
  const text = policy.replaceAll("**", "").replace(/\s+/g, " ");
  return rules
    .filter(({ description = "" }) => description === "" || !text.includes(description))
    .map(({ id }) => `The first paragraph of ${id} is not a quotation of policy.md.`);
}

function checkExpectations(recorded: readonly DecidedCall[]): readonly string[] {
  return recorded.flatMap((decided) => {
    const { effect, reasons } = decided.decision;
    const expected = decided.call.expected;
    if (effect === expected?.effect && `${reasons}` === `${expected.reasons}`) return [];
    const wanted = expected === undefined ? "nothing" : `${expected.effect} (${expected.reasons.join(", ")})`;
    return [`Expected ${wanted}, but decided ${describeDecided(decided)}.`];
  });
}

function describeDecided({ conversation, call, decision }: DecidedCall): string {
  return `${decision.effect} (${decision.reasons.join(", ")}) for ${call.tool} in ${conversation.name}`;
}
