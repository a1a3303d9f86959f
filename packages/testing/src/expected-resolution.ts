import type { IrRule, Obligation } from "@forego/ir";

/** What the rules of a release said, by what they are. */
export interface Said {
  readonly phase: unknown;
  /** Rules that matched. */
  readonly hits: readonly IrRule[];
  /** Rules that apply and could not be checked. */
  readonly invalid: readonly IrRule[];
  /** The paths that made them so. */
  readonly missing: readonly string[];
  readonly granted: readonly string[];
  readonly allowsByDefault: boolean;
  /** What rules that matched computed, by their ids. */
  readonly values: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What follows from it. */
export interface ExpectedResolution {
  readonly effect: Effect;
  readonly reasons: readonly string[];
  readonly overridden: readonly string[];
  readonly obligations: readonly Obligation[];
}

/** What the steps of resolution ask, each of them alone. */
interface Asked {
  readonly isKnownPhase: boolean;
  readonly needsAllow: boolean;
  readonly isDenied: boolean;
  readonly isDoubtful: boolean;
  readonly lacksMoreThanArguments: boolean;
  readonly isAllowed: boolean;
  readonly isInConflict: boolean;
  readonly asksOpenly: boolean;
  readonly allowsByDefault: boolean;
}

type Effect = "allow" | "deny" | "require_approval";

/** Whose reasons are told: of the rules of an effect, or one of Forego's own. */
type Teller = "denies" | "open asks" | "allows and asks" | `forego.${string}`;

/**
 * The truth table of resolution: the first row whose conditions hold decides. Written from the steps that the design
 * gives, and from no code.
 */
const table: readonly (readonly [Partial<Asked>, Effect, readonly Teller[]])[] = [
  [{ isKnownPhase: false }, "deny", ["forego.invalid_input"]],
  [{ isDenied: true, isDoubtful: false }, "deny", ["denies"]],
  [{ isDenied: true, lacksMoreThanArguments: true }, "deny", ["denies", "forego.invalid_rule"]],
  [{ isDenied: true }, "deny", ["denies", "forego.invalid_arguments"]],
  [{ isDoubtful: true, lacksMoreThanArguments: true }, "deny", ["forego.invalid_rule"]],
  [{ isDoubtful: true }, "deny", ["forego.invalid_arguments"]],
  [{ needsAllow: true, isAllowed: false, allowsByDefault: false }, "deny", ["forego.no_matching_allow"]],
  [{ isInConflict: true }, "deny", ["forego.conflicting_obligations"]],
  [{ asksOpenly: true }, "require_approval", ["open asks"]],
  [{ needsAllow: true, isAllowed: false }, "allow", ["forego.default_allow"]],
  [{}, "allow", ["allows and asks"]],
];

/** Phases, and whether what happens in them needs an allow. */
const phases: Readonly<Record<string, boolean>> = {
  tool_call: true,
  mcp_resource_read: true,
  mcp_prompt_get: true,
  model_call: false,
  tool_result: false,
};

/** Resolves what the rules said, by the table. */
export function expectedResolution(given: Said): ExpectedResolution {
  const overridden = given.hits.filter((rule) => given.hits.some((other) => takesBack(other, rule)));
  const said = { ...given, hits: given.hits.filter((rule) => !overridden.includes(rule)) };
  const asked = answersOf(said);
  const row = table.find(([conditions]) =>
    Object.entries(conditions).every(([name, value]) => asked[name as keyof Asked] === value),
  );
  if (row === undefined) throw new Error("the last row of the table holds always");
  const [, effect, tellers] = row;
  const reasons = tellers.flatMap((teller) => reasonsOf(teller, said));
  return {
    effect,
    reasons: [...new Set(reasons)].sort(),
    overridden: overridden.map(({ id }) => id).sort(),
    obligations: effect === "deny" ? [] : obligationsOf(said),
  };
}

/** Whether a lift names a rule as it is, and its owner is among those that may. */
function takesBack({ lifts }: IrRule, { id, overridable }: IrRule): boolean {
  if (lifts === undefined || overridable === undefined || !overridable.by.includes(lifts.owner)) return false;
  return lifts.rules.some(({ rule, meaning }) => rule === id && meaning === overridable.meaning);
}

function obligationsOf({ hits, values }: Said): readonly Obligation[] {
  return hits
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .flatMap(({ id, effect, paths = [] }): readonly Obligation[] => {
      if (effect === "redact") return [{ kind: "redact", rule: id, paths }];
      if (effect === "transform") return [{ kind: "transform", rule: id, set: values[id] ?? {} }];
      return effect === "audit" ? [{ kind: "audit", rule: id }] : [];
    });
}

/** Whether two rules set one argument, and not to the same. */
function disagree({ hits, values }: Said): boolean {
  const seen = new Map<string, string>();
  for (const { id, effect } of hits) {
    if (effect !== "transform") continue;
    for (const [name, value] of Object.entries(values[id] ?? {})) {
      const text = JSON.stringify(value);
      if ((seen.get(name) ?? text) !== text) return true;
      seen.set(name, text);
    }
  }
  return false;
}

function answersOf(said: Said): Asked {
  const { phase, hits, invalid, missing, granted, allowsByDefault } = said;
  const known = typeof phase === "string" && Object.hasOwn(phases, phase);
  const effects = hits.map(({ effect }) => effect);
  return {
    isKnownPhase: known,
    needsAllow: known && phases[phase] === true,
    isDenied: effects.includes("deny"),
    isDoubtful: invalid.some(isRestricting),
    lacksMoreThanArguments: lacksMore(invalid.filter(isRestricting), missing),
    isAllowed:
      effects.includes("allow") || hits.some((rule) => isAsk(rule) && rule.id.startsWith("resource.")),
    isInConflict: disagree(said),
    asksOpenly: hits.some((rule) => isAsk(rule) && !granted.includes(rule.id)),
    allowsByDefault,
  };
}

function reasonsOf(teller: Teller, { hits, granted }: Said): readonly string[] {
  switch (teller) {
    case "denies":
      return hits.filter(({ effect }) => effect === "deny").map(({ reason }) => reason);
    case "open asks":
      return hits.filter((rule) => isAsk(rule) && !granted.includes(rule.id)).map(({ reason }) => reason);
    case "allows and asks":
      return hits.filter((rule) => isAsk(rule) || rule.effect === "allow").map(({ reason }) => reason);
    default:
      return [teller];
  }
}

function isRestricting({ effect }: IrRule): boolean {
  return !["allow", "lift", "audit"].includes(effect);
}

/** What is left of a limit is lacking where its own rule could not be checked: that is told of what this one lacks. */
function lacksMore(rules: readonly IrRule[], missing: readonly string[]): boolean {
  const paths = rules.flatMap(({ guard }) => guard.map(({ path }) => path));
  const lacking = paths.filter((path) => missing.includes(path.join(".")) && path[0] !== "state");
  return lacking.length === 0 || !lacking.every((path) => isArgument(path.join(".")));
}

function isArgument(path: string): boolean {
  return path === "action.args" || path.startsWith("action.args.");
}

function isAsk({ effect }: IrRule): boolean {
  return effect === "require_approval";
}
