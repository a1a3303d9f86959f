import type { Phase } from "../contract/contract.ts";
import { createPicker, mergeReadSets, type Picker, type ReadSet } from "./read-set.ts";
import type { ReleaseInfo, RuleInfo } from "./release.ts";

/** The rules that apply to one kind of call, and what they read together. */
export interface ApplicableRules {
  readonly rules: readonly RuleInfo[];
  /** Projects an input onto what the rules read, with the phase and the tool, which resolution always reads. */
  readonly pick: Picker;
  /** Names of the facts that some rule reads. */
  readonly facts: readonly string[];
  /** Ids of the limits that some rule reads. */
  readonly limits: readonly string[];
}

/** Finds the rules of a release by id, and those that apply to a phase and a tool. */
export interface RuleIndex {
  rule(id: string): RuleInfo | undefined;
  applicable(phase: Phase, tool: string): ApplicableRules;
}

const alwaysRead: ReadSet = { fields: { action: { fields: { type: true, tool: true } }, granted: true } };

/** Indexes a release once. Tools that no rule names share one entry, so hostile tool names cost no memory. */
export function createRuleIndex(release: ReleaseInfo): RuleIndex {
  const byId = new Map(release.rules.map((rule) => [rule.id, rule]));
  const pinned = new Set(release.rules.flatMap((rule) => (rule.tool === undefined ? [] : [rule.tool])));
  const byPhase = new Map<Phase, Map<string | undefined, ApplicableRules>>();

  return {
    rule: (id) => byId.get(id),
    applicable(phase, tool) {
      let byTool = byPhase.get(phase);
      if (byTool === undefined) {
        byTool = new Map();
        byPhase.set(phase, byTool);
      }
      const name = pinned.has(tool) ? tool : undefined;
      let found = byTool.get(name);
      if (found === undefined) {
        found = collect(release.rules.filter((rule) => applies(rule, phase, tool)));
        byTool.set(name, found);
      }
      return found;
    },
  };
}

/** The rules with the given ids; an id that the release does not have finds none. */
export function findRules(rules: Pick<RuleIndex, "rule">, ids: readonly string[]): readonly RuleInfo[] {
  const found: RuleInfo[] = [];
  for (const id of ids) {
    const rule = rules.rule(id);
    if (rule !== undefined) found.push(rule);
  }
  return found;
}

function applies(rule: RuleInfo, phase: Phase, tool: string): boolean {
  return rule.on.includes(phase) && (rule.tool === undefined || rule.tool === tool);
}

function collect(rules: readonly RuleInfo[]): ApplicableRules {
  const reads = rules.reduce<ReadSet>((set, rule) => mergeReadSets(set, rule.reads), alwaysRead);
  return { rules, pick: createPicker(reads), facts: factNames(reads), limits: limitIds(rules, reads) };
}

function limitIds(rules: readonly RuleInfo[], reads: ReadSet): readonly string[] {
  if (reads === true || !("fields" in reads) || reads.fields.state === undefined) return [];
  const { state } = reads.fields;
  return rules.flatMap(({ id, effect }) => {
    const [, policy = "", name = ""] = id.split(".");
    return effect === "budget" && isRead(state, [policy, name]) ? [id] : [];
  });
}

function isRead(reads: ReadSet | undefined, [name, ...rest]: readonly string[]): boolean {
  if (reads === undefined || name === undefined || reads === true) return reads !== undefined;
  return "fields" in reads && Object.hasOwn(reads.fields, name) && isRead(reads.fields[name], rest);
}

function factNames(reads: ReadSet): readonly string[] {
  if (reads === true || !("fields" in reads)) return [];
  const facts = reads.fields.facts;
  return facts !== undefined && facts !== true && "fields" in facts ? Object.keys(facts.fields) : [];
}
