import type { Scenario } from "./scenarios.ts";
import { decisionsOf, type Transcript } from "./transcript.ts";

/** Finds what did not go as the story says: a last decision other than expected, or hosts that decided differently. */
export function checkStory(scenario: Scenario, runs: readonly Transcript[]): readonly string[] {
  const problems: string[] = [];
  for (const run of runs) {
    const last = decisionsOf(run).at(-1)?.decision;
    const isExpected =
      last?.effect === scenario.expects.effect && last.reasons.includes(scenario.expects.reason);
    if (!isExpected)
      problems.push(`${run.host}: '${scenario.title}' ended with ${last?.effect} [${last?.reasons}]`);
  }
  const [first, ...others] = runs.map((run) => JSON.stringify(decisionsOf(run).map(comparable)));
  if (others.some((other) => other !== first))
    problems.push(`the hosts decided '${scenario.title}' differently`);
  return problems;
}

type DecisionEvent = ReturnType<typeof decisionsOf>[number];

/** A decision without its id and its duration. */
function comparable({ tool, decision }: DecisionEvent): unknown {
  const { decision_id: _id, duration_us: _duration, ...metadata } = decision.metadata;
  return { tool, decision: { ...decision, metadata } };
}
