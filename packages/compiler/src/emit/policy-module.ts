import type { GuardedPath, IrDerivation, IrPolicy, IrRule } from "@forego/ir";
import { pathName } from "@forego/ir";
import { dropUnused } from "../lower/drop-unused.ts";
import { lowerCondition } from "../lower/lower-condition.ts";
import { lowerGuardedPath } from "../lower/lower-guard.ts";
import { derivedRuleName, lowerNamedValue } from "../lower/lower-named-value.ts";
import { type DerivedRules, type Lowering, regoOrigin } from "../lower/lowering.ts";
import { predicateRule } from "../lower/predicate-rule.ts";
import {
  compare,
  emptySet,
  holds,
  type Metadata,
  type Module,
  not,
  type RegoOrigin,
  type Rule,
  reference,
  type Statement,
  scalar,
  variable,
} from "../rego/ast.ts";
import { createNames } from "../rego/names.ts";

/** What the module of a policy answers, and that of a category: sets of rule ids, and of paths. */
export const policyDocuments = ["matches", "invalid", "missing"] as const;

type PolicyDocument = (typeof policyDocuments)[number];

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
 * Emits a policy: which rules match, which cannot be checked (`invalid`), and the paths that make them so (`missing`).
 * What a rule that cannot be checked matches means nothing: {@link emitDecisionModule} leaves it out.
 */
export function emitPolicyModule(
  policy: IrPolicy,
  caption: PolicyCaption,
  derived: DerivedRules,
): PolicyModule {
  const lowering: Lowering = {
    dataPath: ["forego", policy.category, "documents", policy.name],
    derived,
    names: createNames(),
    functions: new Map(policy.functions.map((one) => [one.id, one])),
    lowered: new Map(),
    rules: [],
    members: new Map(),
    prelude: new Set(),
  };
  const guards = createGuardRules(lowering);
  // other modules know these names: nothing else may take them
  for (const { field } of policy.derivations) lowering.names.fresh(derivedRuleName(field));
  const rules = [
    ...policy.derivations.flatMap((derivation) => emitDerivation(derivation, caption, lowering)),
    ...policy.rules.flatMap((rule) => emitRule(rule, caption, guards, lowering)),
  ];
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
  const absent = policyDocuments.filter((name) => !rules.some((rule) => rule.name === name));
  const nothing = [{ body: [], value: emptySet }];
  return [
    ...rules,
    ...absent.map((name): Rule => ({ kind: "value", name, parameters: [], branches: nothing })),
  ];
}

function emitDerivation(
  derivation: IrDerivation,
  caption: PolicyCaption,
  lowering: Lowering,
): readonly Rule[] {
  const { id, field, value, origin } = derivation;
  const rule = lowerNamedValue(derivedRuleName(field), value, origin, lowering);
  const metadata = metadataOf(id, field, regoOrigin(origin), caption);
  return [{ ...rule, metadata }, ...lowering.rules.splice(0)];
}

/** What readers of the Rego are told about a rule. */
function metadataOf(id: string, title: string, origin: RegoOrigin, caption: PolicyCaption): Metadata {
  const description = caption.rules.get(id);
  const custom = { rule_id: id, source: `${origin.file}:${origin.line}:${origin.column}` };
  return { title, ...(description === undefined ? {} : { description }), custom };
}

function emitRule(
  rule: IrRule,
  caption: PolicyCaption,
  guards: GuardRules,
  lowering: Lowering,
): readonly Rule[] {
  const hint = rule.id.split(".").at(-1) ?? "rule";
  const bodies = lowerCondition(rule.predicate, { locals: new Map(), hint }, lowering, true);
  const origin = regoOrigin(rule.origin);
  const [only, ...others] = bodies;
  // several bodies move into a rule that ends with the first one that holds
  const isSingle = only !== undefined && others.length === 0;
  const body = isSingle ? dropUnused(only) : [holds(predicateRule(hint, bodies, lowering, origin))];
  const matches: Rule = {
    kind: "partial",
    name: "matches",
    item: scalar(rule.id),
    body: [guards.applies(rule), ...body],
    origin,
    metadata: metadataOf(rule.id, hint, origin, caption),
  };
  const helpers = lowering.rules.splice(0);
  guards.doubt(rule, hint);
  return [matches, ...helpers, ...emitValues(rule, hint, guards, lowering)];
}

/** What a rule computes, under its id: where it matches, and a limit wherever it applies, for those that read it. */
function emitValues(rule: IrRule, hint: string, guards: GuardRules, lowering: Lowering): readonly Rule[] {
  const { id, effect, values, origin } = rule;
  if (values === undefined) return [];
  const computed = Object.entries(values).map(([name, value]) => {
    const made = lowerNamedValue(lowering.names.fresh(`${hint}_${name}`), value, origin, lowering);
    return { name, made };
  });
  const entries = computed.map(({ name, made }) => [name, variable(made.name)] as const);
  const entry: Rule = {
    kind: "entry",
    name: "values",
    key: id,
    value: { kind: "object", entries },
    body: [effect === "budget" ? guards.applies(rule) : compare(scalar(id), "in", variable("matches"))],
    origin: regoOrigin(origin),
  };
  return [entry, ...computed.map(({ made }) => made), ...lowering.rules.splice(0)];
}

/** The rules that say where a rule applies and whether what it reads is there; made once for all that need them. */
interface GuardRules {
  /** A statement that holds where a rule applies. */
  applies(rule: IrRule): Statement;
  /** Says when a rule applies and cannot be checked, and what makes it so. */
  doubt(rule: IrRule, hint: string): void;
  /** All of them, what says so first. */
  rules(): readonly Rule[];
}

function createGuardRules(lowering: Lowering): GuardRules {
  const answers: Rule[] = [];
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

  const add = (name: PolicyDocument, item: string, body: readonly Statement[]): void => {
    answers.push({ kind: "partial", name, item: scalar(item), body });
  };

  const applies = ({ on, tool }: IrRule): Statement => {
    const hint = ["applies_to", ...on, ...(tool === undefined ? [] : [tool])].join("_");
    return holds(variable(once({ on, tool }, () => predicate(hint, applicability(on, tool)))));
  };

  return {
    applies,
    doubt(rule, hint) {
      if (rule.guard.length === 0) return;
      const enter = applies(rule);
      const paths = rule.guard.map((guarded) => ({ guarded, valid: holds(variable(pathRule(guarded))) }));
      const body = paths.map(({ valid }) => valid);
      const checked = holds(variable(predicate(`checked_${hint}`, body)));
      add("invalid", rule.id, [enter, not(checked)]);
      for (const { guarded, valid } of paths) {
        const key = JSON.stringify([enter, valid]);
        if (!told.has(key)) add("missing", pathName(guarded), [enter, not(valid)]);
        told.add(key);
      }
    },
    rules: () => [...answers, ...made],
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
