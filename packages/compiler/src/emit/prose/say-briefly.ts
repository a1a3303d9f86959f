import type { RuleInfo } from "@forego/core";
import type { IrFunction, IrRule } from "@forego/ir";
import { inOneLine } from "./clause.ts";
import { sayCondition } from "./say.ts";
import { applicability, beginnings } from "./say-rule.ts";

/** The most characters of the sentence. */
const longest = 240;

const said: ReadonlySet<string> = new Set(["deny", "require_approval"]);

/**
 * What a rule that denies or asks says, for the model and the user, where its author has written nothing: one
 * sentence of bounded length, without the texts and numbers that the policy holds.
 */
export function sayBriefly(
  rule: Pick<IrRule, "effect" | "on" | "predicate"> & { readonly tool: string | undefined },
  functions: readonly IrFunction[],
): Pick<RuleInfo, "says"> {
  const { effect, on, tool, predicate } = rule;
  if (!said.has(effect)) return {};
  const speech = {
    functions: new Map(functions.map((one) => [one.id, one])),
    locals: new Map(),
    notes: new Map(),
    discreet: true as const,
  };
  const where = applicability({ on, ...(tool === undefined ? {} : { tool }) });
  return { says: bound(inOneLine(`${beginnings[effect]}${where}`, sayCondition(predicate, true, speech))) };
}

/** Cuts a sentence between two words. */
function bound(text: string): string {
  if (text.length < longest) return `${text}.`;
  return `${text.slice(0, longest).replace(/\s+\S*$/, "")} …`;
}
