import type { BuiltRule } from "./built-policy.ts";
import type { RuleAnswer } from "./javascript.ts";

/** What has been seen of rules while inputs went by. */
export interface Witnesses {
  add(answers: ReadonlyMap<string, RuleAnswer>): void;
  /** What no input has shown, as `category.policy.rule true`. */
  unseen(): readonly string[];
}

/** Rules that cannot be seen both ways, with the reason. */
export const neverSeen: Readonly<Record<string, string>> = {
  "resource.logic.always false": "the predicate is the literal true",
  "resource.logic.never true": "the predicate is the literal false",
};

/** Counts what is seen of rules: each must be true, false and, when it reads anything, invalid at some time. */
export function createWitnesses(rules: readonly BuiltRule[]): Witnesses {
  const seen = new Set<string>();
  return {
    add(answers) {
      for (const [id, answer] of answers) {
        if (answer.kind === "invalid") seen.add(`${id} invalid`);
        if (answer.kind === "checked") seen.add(`${id} ${answer.isHit}`);
      }
    },
    unseen: () =>
      rules.flatMap(({ ir: { id, guard } }) => {
        const wanted = [`${id} true`, `${id} false`, ...(guard.length === 0 ? [] : [`${id} invalid`])];
        return wanted.filter((one) => !seen.has(one));
      }),
  };
}
