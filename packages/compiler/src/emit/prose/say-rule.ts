import type { IrDerivation, IrPolicy, IrRule } from "@forego/ir";
import { sentence } from "./clause.ts";
import { isCondition, type Speech, sayCondition, sayValue } from "./say.ts";

export const beginnings = {
  allow: "Allowed",
  deny: "Denied",
  require_approval: "Needs an approval",
  lift: "Lifts other rules",
  redact: "Redacted",
  transform: "Changed",
  audit: "Marked for audit",
  budget: "Counted",
} as const satisfies Record<IrRule["effect"], string>;

/**
 * What a rule says, in words, for people who review policies and do not program: a sentence, and notes below it. What a
 * lift lifts is handed in: of a policy by itself, its rules do not know it.
 */
export function sayRule(rule: IrRule, policy: IrPolicy, lifted: readonly string[] = []): readonly string[] {
  return withNotes(policy, (speech) => {
    const clause = sayCondition(rule.predicate, true, speech);
    const beginning = lifted.length === 0 ? beginnings[rule.effect] : `Lifts ${lifted.join(" and ")}`;
    return [...sentence(`${beginning}${applicability(rule)}`, clause), ...sayConsequences(rule, speech)];
  });
}

/** What follows where the rule matches, beside its effect. */
function sayConsequences({ paths = [], values = {}, effect }: IrRule, speech: Speech): readonly string[] {
  const computed = Object.entries(values).map(([name, value]) =>
    effect === "transform"
      ? `args.${name} becomes ${sayValue(value, speech)}.`
      : `Its ${name} is ${sayValue(value, speech)}.`,
  );
  return [...(paths.length === 0 ? [] : [`Takes out ${paths.join(", ")}.`]), ...computed];
}

/** What a derive rule says, in the same way. */
export function sayDerivation({ field, value }: IrDerivation, policy: IrPolicy): readonly string[] {
  return withNotes(policy, (speech) =>
    isCondition(value)
      ? sentence(`${field} is true`, sayCondition(value, true, speech))
      : [`${field} is ${sayValue(value, speech)}.`],
  );
}

function withNotes(policy: IrPolicy, say: (speech: Speech) => readonly string[]): readonly string[] {
  const speech: Speech = {
    functions: new Map(policy.functions.map((one) => [one.id, one])),
    locals: new Map(),
    notes: new Map(),
  };
  const said = say(speech);
  return [...said, ...[...speech.notes].map(([name, text]) => `${name} stands for: ${text}`)];
}

const phaseNames: Readonly<Record<string, string>> = {
  tool_call: "calls of tools",
  tool_result: "results of tools",
  model_call: "calls of models",
  mcp_resource_read: "reads of MCP resources",
  mcp_prompt_get: "MCP prompts",
};

/** Where a rule applies, unless that is every call of a tool. */
export function applicability({ on, tool }: Pick<IrRule, "on" | "tool">): string {
  const isDefault = on.length === 1 && on[0] === "tool_call";
  const phases = isDefault ? "" : `, on ${on.map((phase) => phaseNames[phase] ?? phase).join(" and ")},`;
  return `${tool === undefined ? "" : ` for ${tool}`}${phases}`;
}
