import type { RegoAnswers } from "../evaluate/evaluate-expression.ts";
import { evaluateRelease, type ReleaseOutput } from "../evaluate/evaluate-release.ts";
import { sameValue } from "../evaluate/same-value.ts";
import type { IrRelease, IrRule } from "../ir-release.ts";
import { applyEdits, type Edit } from "./edit.ts";

/** What became of one limit, as a decision record has it. */
export interface LimitFinding {
  readonly rule: string;
  readonly limit: number;
  /** What was used of it; where nothing was granted, without the call. */
  readonly used: number;
  readonly refused: boolean;
  /** Counts, and refuses nothing. */
  readonly soft?: boolean;
}

/** What an input comes to in a release, limits included as far as they are known. */
export interface Decided {
  /** What was decided about: the input, or the call as rules change it, where they do not allow it so. */
  readonly input: unknown;
  readonly output: ReleaseOutput;
  /** What is said of the call as it will be made: what it takes from limits is that. */
  readonly made: ReleaseOutput;
  /** The limits that have too little left. */
  readonly refusing: readonly LimitFinding[];
  readonly allows: boolean;
  /** How much stands in the way of an allow. */
  readonly obstacles: number;
}

/** Decides an input under what is known of the limits. */
export type Decide = (input: unknown) => Decided;

/** Prepares deciding changed inputs; `limits` are those of the decision that is explained, and what was used then. */
export function createDecide(
  release: IrRelease,
  input: unknown,
  limits: readonly LimitFinding[],
  rego?: RegoAnswers,
): Decide {
  const isRefused = limits.some(({ refused }) => refused);
  const before = evaluateMade(release, input, rego).made.values;
  const costOf = (values: ReleaseOutput["values"], rule: string) => Number(values[rule]?.cost ?? 0);
  return (edited) => {
    const { isStable, ...decided } = evaluateMade(release, edited, rego);
    const { output, made } = decided;
    const refusing = limits.filter(({ rule, limit, used, soft }) => {
      if (soft === true || !made.hits.includes(rule)) return false;
      const taken = isRefused ? used : used - costOf(before, rule);
      const { cost, key, limit: now = limit } = made.values[rule] ?? {};
      // of another counter, nothing is known
      return !sameValue(key, before[rule]?.key) || taken + Number(cost) > Number(now);
    });
    const isKnown = made.hits.every((id) => !isUnknownLimit(release, id, limits, isRefused));
    const obstacles = countObstacles(release, output) + refusing.length;
    const allows = output.effect === "allow" && isStable && refusing.length === 0 && isKnown;
    return { ...decided, refusing, obstacles, allows };
  };
}

/** What stands of an input, and what is said of it as rules change it. */
interface Made extends Pick<Decided, "input" | "output" | "made"> {
  /** Whether the changed call would be made so: it is not changed once more. */
  readonly isStable: boolean;
}

/** Evaluates an input, and where rules change the arguments, the call as it will be made. */
function evaluateMade(release: IrRelease, input: unknown, rego: RegoAnswers | undefined): Made {
  const output = evaluateRelease(release, input, undefined, rego);
  const changed = changeArguments(input, output);
  // of another call, nobody here knows what hand-written Rego says
  if (changed === input || rego !== undefined) return { input, output, made: output, isStable: true };
  const made = evaluateRelease(release, changed);
  if (made.effect !== "allow") return { input: changed, output: made, made, isStable: true };
  return { input, output, made, isStable: sameValue(changeArguments(changed, made), changed) };
}

/** An input with the arguments that rules set, where it is allowed. */
function changeArguments(input: unknown, { effect, obligations }: ReleaseOutput): unknown {
  if (effect !== "allow") return input;
  const edits = obligations.flatMap((one) =>
    one.kind === "transform"
      ? Object.entries(one.set).map(
          ([name, to]): Edit => ({ kind: "set", place: ["action", "args", name], to }),
        )
      : [],
  );
  return edits.length === 0 ? input : applyEdits(input, edits);
}

/** Rules that deny or ask, paths that are not what they must be, and an allow that is missing. */
function countObstacles(
  release: IrRelease,
  { effect, reasons, hits, missing, overridden }: ReleaseOutput,
): number {
  if (effect === "allow") return 0;
  const restricting = hits.filter((id) => {
    const { effect: own } = ruleOf(release, id) ?? {};
    return (own === "deny" || own === "require_approval") && !overridden.includes(id);
  });
  return restricting.length + missing.length + (reasons.includes("forego.no_matching_allow") ? 1 : 0);
}

/** Whether a rule takes from a limit of which nothing is known. */
function isUnknownLimit(
  release: IrRelease,
  id: string,
  limits: readonly LimitFinding[],
  isRefused: boolean,
): boolean {
  return isRefused && ruleOf(release, id)?.effect === "budget" && limits.every(({ rule }) => rule !== id);
}

/** The rule of a release with that id. */
export function ruleOf(release: IrRelease, id: string): IrRule | undefined {
  return release.policies.flatMap(({ rules }) => rules).find((rule) => rule.id === id);
}
