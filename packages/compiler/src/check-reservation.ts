import type { Expression } from "@forego/ir";
import type { Node } from "ts-morph";
import { analyseReads } from "./analysis/read-analysis.ts";
import { refuse } from "./diagnostics/refusal.ts";
import { type RuleDocuments, ruleContract } from "./frontend/read-rule.ts";
import type { PolicyScope } from "./frontend/visit-context.ts";
import type { RuleFacts } from "./schema/policy-facts.ts";

/** Refuses a limit on tokens that reserves what goes into a model, and nothing of what comes out: it would not hold. */
export function checkReservation(
  cost: Expression,
  at: Node,
  { tool, unit, soft }: RuleFacts,
  documents: RuleDocuments,
  scope: PolicyScope,
): void {
  if (tool?.isModel !== true || unit !== "tokens" || soft === true) return;
  const read = analyseReads([cost], scope.functions.all(), ruleContract(scope.contract, documents));
  const args = read.fields.get("action")?.fields.get("args");
  if (args?.fields.has("input_tokens") !== true || args.fields.has("max_output_tokens")) return;
  refuse(
    at,
    "FG1025",
    "`cost` reserves what goes into the model, and nothing of what may come out",
    "add it: args.input_tokens + (args.max_output_tokens ?? 8_000); or write `soft: true`: what was used is counted then, and nothing denied",
  );
}
