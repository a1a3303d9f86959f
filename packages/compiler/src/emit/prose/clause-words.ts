import type { ClauseWords, IrPolicy } from "@forego/ir";
import { inline } from "./clause.ts";
import { type Speech, sayCondition, sayValue } from "./say.ts";

/** Says conditions and values of policies as the prose for reviewers does: for explanations of decisions. */
export const clauseWords: ClauseWords = {
  condition: (node, truth, policy) => inline(sayCondition(node, truth, speechOf(policy))),
  value: (node, policy) => sayValue(node, speechOf(policy)),
};

function speechOf({ functions }: IrPolicy): Speech {
  return {
    functions: new Map(functions.map((one) => [one.id, one])),
    locals: new Map(),
    notes: new Map(),
  };
}
