import type { Input } from "@forego/core";
import type { Contenders } from "./contenders/arena.ts";
import type { Contender } from "./contenders/contender.ts";
import {
  fixedInput,
  largeTextInput,
  longTextInput,
  manyValuesInput,
  shortTextInput,
  wideTextInput,
} from "./fixed-input.ts";
import type { TimedCase } from "./rounds.ts";

/** What is timed, in the order of the table. */
export function timedCases(contenders: Contenders, classified: Contender) {
  const { guard, evaluate, sdk, policyOpa, byHand, server, remote, limited, everything, linked, separate } =
    contenders;
  return {
    full_path: timed(guard, fixedInput, 150),
    full_path_large_text: timed(guard, largeTextInput, 150, "  100 KB unread, in one string"),
    full_path_wide_text: timed(guard, wideTextInput, 50, "  100 KB unread, beyond Latin-1"),
    full_path_many_values: timed(guard, manyValuesInput, 50, "  100 KB unread, in 2,000 values"),
    full_path_budget: timed(limited, fixedInput, 50),
    full_path_everything: timed(everything, fixedInput, 50),
    full_path_classified_1kb: timed(classified, shortTextInput, 50, "  1 KB looked at by both classifiers"),
    full_path_classified_64kb: timed(classified, longTextInput, 5, "  64 KB looked at by both classifiers"),
    evaluate: timed(evaluate, fixedInput, 250),
    sdk: timed(sdk, fixedInput, 400),
    policy_opa: timed(policyOpa, fixedInput, 400),
    js_predicate: timed(byHand, fixedInput, 20_000),
    opa_server: timed(server, fixedInput, 25),
    full_path_remote: timed(remote, fixedInput, 5),
    linked: timed(linked, fixedInput, 250),
    separate: timed(separate, fixedInput, 100),
  } satisfies Record<string, TimedCase>;
}

/** The name of a timed case. */
export type CaseName = keyof ReturnType<typeof timedCases>;

function timed(contender: Contender, input: Input, iterations: number, name = contender.name): TimedCase {
  const isAllow = (answer: unknown) => contender.read(answer).effect === "allow";
  return { name, iterations, run: contender.prepare(input), isAllow };
}
