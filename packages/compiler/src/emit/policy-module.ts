import type { GuardedPath, IrPolicy, IrRule } from "@forego/ir";
import { pathName } from "@forego/ir";
import { dropUnused } from "../lower/drop-unused.ts";
import { lowerCondition } from "../lower/lower-condition.ts";
import { lowerGuardedPath } from "../lower/lower-guard.ts";
import { type Lowering, regoOrigin } from "../lower/lowering.ts";
import {
  compare,
  emptySet,
  holds,
  type Module,
  not,
  type Rule,
  reference,
  type Statement,
  scalar,
  variable,
} from "../rego/ast.ts";
import { createNames } from "../rego/names.ts";

/** A policy as a Rego module, and the functions of the prelude that it uses. */
export interface PolicyModule {
  readonly module: Module;
  readonly prelude: ReadonlySet<string>;
}

/** What readers of the Rego are told about a policy. */
export interface PolicyCaption {
  readonly title: string;
  readonly description?: string;
  readonly custom: Readonly<Record<string, string>>;
  /** Descriptions of rules, by id. */
  readonly rules: ReadonlyMap<string, string | undefined>;
}

/**
 * Emits a policy: which rules match (`hits`), which cannot be checked (`invalid`), and the paths that make them so
 * (`missing`). A rule applies, is checked, and only then is looked at.
 */
export function emitPolicyModule(policy: IrPolicy, caption: PolicyCaption): PolicyModule {
  const lowering: Lowering = {
    dataPath: ["forego", policy.category, "documents", policy.name],
    names: createNames(),
    functions: new Map(policy.functions.map((one) => [one.id, one])),
    lowered: new Map(),
    rules: [],
    prelude: new Set(),
  };
  const guards = createGuardRules(lowering);
  const rules = policy.rules.flatMap((rule) => emitRule(rule, caption, guards, lowering));
  return {
    module: {
      package: ["forego", policy.category, "policies", policy.name],
      metadata: {
        title: caption.title,
        ...(caption.description === undefined ? {} : { description: caption.description }),
        custom: caption.custom,
      },
      imports: lowering.prelude.size === 0 ? [] : [["data", "forego", policy.category, "prelude"]],
      rules: defineAll([...rules, ...guards.rules()]),
    },
    prelude: lowering.prelude,
  };
}

/** Adds an empty set for each document that no rule adds to: one that is undefined would silence its whole category. */
function defineAll(rules: readonly Rule[]): readonly Rule[] {
  const absent = ["hits", "invalid", "missing"].filter((name) => !rules.some((rule) => rule.name === name));
  const nothing = [{ body: [], value: emptySet }];
  return [
    ...rules,
    ...absent.map((name): Rule => ({ kind: "value", name, parameters: [], branches: nothing })),
  ];
}

function emitRule(
  rule: IrRule,
  caption: PolicyCaption,
  guards: GuardRules,
  lowering: Lowering,
): readonly Rule[] {
  const hint = rule.id.split(".").at(-1) ?? "rule";
  const applies = guards.applies(rule);
  const checked = guards.checked(rule, hint);
  const enter = [holds(variable(applies)), ...(checked === undefined ? [] : [holds(variable(checked))])];
  const bodies = lowerCondition(rule.predicate, { locals: new Map(), hint }, lowering, true);
  const item = scalar(rule.id);
  const origin = regoOrigin(rule.origin);
  const description = caption.rules.get(rule.id);
  const custom = { rule_id: rule.id, source: `${origin.file}:${origin.line}:${origin.column}` };
  const metadata = { title: hint, ...(description === undefined ? {} : { description }), custom };
  const hits = bodies.map((body, index): Rule => {
    const full = [...enter, ...dropUnused(body)];
    return { kind: "partial", name: "hits", item, body: full, origin, ...(index === 0 ? { metadata } : {}) };
  });
  const helpers = lowering.rules.splice(0);
  guards.doubt(rule, applies, checked);
  return [...hits, ...helpers];
}

/** The rules that say where a rule applies and whether what it reads is there; made once for all that need them. */
interface GuardRules {
  applies(rule: IrRule): string;
  /** The rule that holds when all paths of a rule's guard do; `undefined` when it reads nothing that could be missing. */
  checked(rule: IrRule, hint: string): string | undefined;
  /** Says when a rule applies and cannot be checked. */
  doubt(rule: IrRule, applies: string, checked: string | undefined): void;
  /** All of them, what says so first. */
  rules(): readonly Rule[];
}

function createGuardRules(lowering: Lowering): GuardRules {
  const doubts: Rule[] = [];
  const made: Rule[] = [];
  const names = new Map<string, string>();
  const told = new Set<string>();

  const once = (key: unknown, make: () => string): string => {
    const text = JSON.stringify(key);
    const name = names.get(text) ?? make();
    names.set(text, name);
    return name;
  };

  const predicate = (hint: string, body: readonly Statement[]): string => {
    const name = lowering.names.fresh(hint);
    made.push({ kind: "predicate", name, parameters: [], bodies: [body] });
    return name;
  };

  const pathRule = (guarded: GuardedPath): string =>
    once(guarded, () => {
      const before = lowering.rules.length;
      const name = lowerGuardedPath(guarded, lowering);
      made.push(...lowering.rules.splice(before));
      return name;
    });

  return {
    applies: ({ on, tool }) =>
      once({ on, tool }, () => {
        const hint = ["applies_to", ...on, ...(tool === undefined ? [] : [tool])].join("_");
        return predicate(hint, applicability(on, tool));
      }),
    checked({ guard }, hint) {
      if (guard.length === 0) return undefined;
      const paths = guard.map(pathRule);
      return predicate(
        `checked_${hint}`,
        paths.map((name) => holds(variable(name))),
      );
    },
    doubt(rule, applies, checked) {
      if (checked === undefined) return;
      const enter = holds(variable(applies));
      const unchecked = [enter, not(holds(variable(checked)))];
      doubts.push({ kind: "partial", name: "invalid", item: scalar(rule.id), body: unchecked });
      for (const guarded of rule.guard) {
        const path = pathRule(guarded);
        const key = `${applies} ${path}`;
        if (told.has(key)) continue;
        told.add(key);
        const absent = [enter, not(holds(variable(path)))];
        doubts.push({ kind: "partial", name: "missing", item: scalar(pathName(guarded)), body: absent });
      }
    },
    rules: () => [...doubts, ...made],
  };
}

function applicability(on: readonly string[], tool: string | undefined): readonly Statement[] {
  const type = reference("input", "action", "type");
  const [only, ...others] = on;
  const phase =
    only !== undefined && others.length === 0
      ? compare(type, "==", scalar(only))
      : compare(type, "in", { kind: "array", items: on.map((one) => scalar(one)) });
  return tool === undefined
    ? [phase]
    : [phase, compare(reference("input", "action", "tool"), "==", scalar(tool))];
}
