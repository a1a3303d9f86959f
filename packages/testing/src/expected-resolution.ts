import type { IrRule } from "@forego/ir";

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
}

/** What the steps of resolution ask, each of them alone. */
interface Asked {
  readonly isKnownPhase: boolean;
  readonly needsAllow: boolean;
  readonly isDenied: boolean;
  readonly isDoubtful: boolean;
  readonly lacksMoreThanArguments: boolean;
  readonly isAllowed: boolean;
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
export function expectedResolution(said: Said): {
  readonly effect: Effect;
  readonly reasons: readonly string[];
} {
  const asked = answersOf(said);
  const row = table.find(([conditions]) =>
    Object.entries(conditions).every(([name, value]) => asked[name as keyof Asked] === value),
  );
  if (row === undefined) throw new Error("the last row of the table holds always");
  const [, effect, tellers] = row;
  const reasons = tellers.flatMap((teller) => reasonsOf(teller, said));
  return { effect, reasons: [...new Set(reasons)].sort() };
}

function answersOf({ phase, hits, invalid, missing, granted, allowsByDefault }: Said): Asked {
  const known = typeof phase === "string" && Object.hasOwn(phases, phase);
  const effects = hits.map(({ effect }) => effect);
  return {
    isKnownPhase: known,
    needsAllow: known && phases[phase] === true,
    isDenied: effects.includes("deny"),
    isDoubtful: invalid.some(isRestricting),
    lacksMoreThanArguments: invalid
      .filter(isRestricting)
      .some(({ guard }) =>
        guard.some(({ path }) => missing.includes(path.join(".")) && !isArgument(path.join("."))),
      ),
    isAllowed:
      effects.includes("allow") || hits.some((rule) => isAsk(rule) && rule.id.startsWith("resource.")),
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
      return hits.map(({ reason }) => reason);
    default:
      return [teller];
  }
}

function isRestricting({ effect }: IrRule): boolean {
  return effect === "deny" || effect === "require_approval";
}

function isArgument(path: string): boolean {
  return path === "action.args" || path.startsWith("action.args.");
}

function isAsk({ effect }: IrRule): boolean {
  return effect === "require_approval";
}
