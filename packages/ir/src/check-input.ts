import { conforms } from "./conforms.ts";
import type { GuardedPath, IrRelease, IrRule } from "./ir-release.ts";
import { isRecord, ownProperty } from "./own-property.ts";
import { re2PatternsOf } from "./re2-patterns-of.ts";

/** What an input lacks: ids of the applicable rules that cannot be checked, and the paths that make them so. Sorted. */
export interface InputCheck {
  readonly rules: readonly string[];
  readonly paths: readonly string[];
}

/**
 * Checks an input with the guards of a release; nothing where RE2 has to match a pattern of theirs: in JavaScript that
 * can take a hundred times as long, so an engine that has RE2 must check it.
 */
export type CheckInput = (input: unknown) => InputCheck | undefined;

const nothing: InputCheck = { rules: [], paths: [] };

/**
 * Prepares the guards of a release, so that an input is checked in microseconds: what rules share is looked at once,
 * and which rules apply to a phase and a tool is found out once.
 */
export function createInputCheck(release: IrRelease): CheckInput {
  const rules = release.policies.flatMap((policy) => policy.rules);
  const phases = new Set<unknown>(rules.flatMap(({ on }) => on));
  const pinned = new Set(rules.map(({ tool }) => tool));
  const byCall = new Map<unknown, Map<unknown, CheckInput>>();

  return (input) => {
    const { phase, tool } = callOf(input);
    // what no rule applies to is not kept: phases and tools may be hostile
    if (!phases.has(phase)) return nothing;
    const byTool = byCall.get(phase) ?? new Map<unknown, CheckInput>();
    byCall.set(phase, byTool);
    const known = pinned.has(tool as string) ? tool : undefined;
    const check = byTool.get(known) ?? checkRules(rules.filter((rule) => applies(rule, phase, known)));
    byTool.set(known, check);
    return check(input);
  };
}

/** The phase and the tool of an input, whatever they are. */
export function callOf(input: unknown): { readonly phase: unknown; readonly tool: unknown } {
  return { phase: at(input, ["action", "type"]), tool: at(input, ["action", "tool"]) };
}

/** Whether a rule applies to a phase and a tool. */
export function applies({ on, tool: only }: IrRule, phase: unknown, tool: unknown): boolean {
  return on.some((one) => one === phase) && (only === undefined || only === tool);
}

/** Whether an input has at a path what must be there. */
export function passes({ path, optional, shape }: GuardedPath, input: unknown): boolean {
  const value = at(input, path);
  if (value !== undefined) return conforms(shape, value);
  // an optional field may be absent, but not what it is a field of
  return optional && isRecord(at(input, path.slice(0, -1)));
}

/** A guarded path as people and engines name it: `user.groups`. */
export function pathName({ path }: GuardedPath): string {
  return path.join(".");
}

function checkRules(rules: readonly IrRule[]): CheckInput {
  const guards = new Map<string, GuardedPath>();
  const rulesOf = new Map<GuardedPath, string[]>();
  for (const { id, guard } of rules) {
    for (const guarded of guard) {
      const key = JSON.stringify(guarded);
      const same = guards.get(key) ?? guarded;
      guards.set(key, same);
      rulesOf.set(same, [...(rulesOf.get(same) ?? []), id]);
    }
  }
  const unique = [...rulesOf.keys()];
  // fail closed: texts come from callers, and nothing can stop a match that is under way
  if (unique.some(({ shape }) => re2PatternsOf(shape).length > 0)) return () => undefined;
  return (input) => {
    const failed = unique.filter((guarded) => !passes(guarded, input));
    if (failed.length === 0) return nothing;
    const broken = new Set(failed.flatMap((guarded) => rulesOf.get(guarded) ?? []));
    return { rules: [...broken].sort(), paths: [...new Set(failed.map(pathName))].sort() };
  };
}

function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) found = ownProperty(found, name);
  return found;
}
