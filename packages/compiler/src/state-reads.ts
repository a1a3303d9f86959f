import type { ReadSet, RuleInfo } from "@forego/core";
import type { Mistakes } from "./diagnostics/mistakes.ts";
import type { PolicySource } from "./project/policy-source.ts";

/**
 * Reports rules that read a limit where it does not apply: whose use that would be, nobody has said there.
 *
 * @param rules all rules of the policy.
 */
export function reportStrayStateReads(
  rules: readonly RuleInfo[],
  { rules: sources }: PolicySource,
  mistakes: Mistakes,
): void {
  const byName = new Map(rules.map((rule) => [nameOf(rule), rule]));
  for (const rule of rules) {
    for (const name of limitsRead(rule, [...byName.keys()])) {
      const limit = byName.get(name);
      const source = sources.get(nameOf(rule));
      if (limit === undefined || source === undefined || covers(limit, rule)) continue;
      const message = `'${nameOf(rule)}' reads '${name}' where that limit does not apply`;
      const fix = "give both the same `on`, and the same `tool` where the limit has one";
      mistakes.report(source.property.getNameNode(), "FG1028", { message, fix });
    }
  }
}

function nameOf({ id }: RuleInfo): string {
  return id.split(".").at(-1) ?? "";
}

/** Whether a limit applies wherever a rule does. */
function covers(limit: RuleInfo, rule: RuleInfo): boolean {
  const isOnAll = rule.on.every((phase) => limit.on.includes(phase));
  return isOnAll && (limit.tool === undefined || limit.tool === rule.tool);
}

/** The limits that a rule reads; all of them where it reads the state as a whole. */
function limitsRead({ reads, id }: RuleInfo, all: readonly string[]): readonly string[] {
  const limits = ["state", id.split(".")[1] ?? ""].reduce<ReadSet | undefined>(fieldOf, reads);
  if (limits === undefined) return [];
  return limits !== true && "fields" in limits ? Object.keys(limits.fields) : all;
}

function fieldOf(reads: ReadSet | undefined, name: string): ReadSet | undefined {
  if (reads === undefined || reads === true) return reads;
  return "fields" in reads && Object.hasOwn(reads.fields, name) ? reads.fields[name] : undefined;
}
