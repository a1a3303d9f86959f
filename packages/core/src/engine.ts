import type { ReleaseInfo } from "./release.ts";

/**
 * Evaluates a release. In process (WASM, IR) or elsewhere (an OPA server): the decisions are the same.
 *
 * An engine only computes. It is handed the parts of the input that the release reads, and answers with an
 * {@link EngineOutput}; whatever else it answers, and whatever it throws, becomes a deny in {@link evaluateInput}.
 */
export interface Engine {
  /** Short name for spans and logs: `wasm`, `ir`, `opa`. */
  readonly kind: string;
  readonly release: ReleaseInfo;
  /**
   * Evaluates one projected input. A synchronous engine returns the output itself, so that the guard's
   * synchronous path can use it; any other returns a promise. May throw or reject.
   */
  evaluate(input: Readonly<Record<string, unknown>>): unknown;
}

/** What the resolution module of a release answers: a closed shape, the same from every engine. */
export interface EngineOutput {
  readonly effect: "allow" | "deny" | "require_approval";
  /** Reasons of the rules that made the decision, sorted. */
  readonly reasons: readonly string[];
  /** Ids of the applicable rules that matched, sorted. */
  readonly hits: readonly string[];
  /** Ids of the applicable rules whose reads are not what they must be, sorted. */
  readonly invalid: readonly string[];
  /** The paths that made them so, sorted. */
  readonly missing: readonly string[];
}

const effects: ReadonlySet<unknown> = new Set(["allow", "deny", "require_approval"]);

/**
 * Reads an engine's answer. Returns `undefined` for anything but the closed shape: a missing field, an unknown
 * effect, a rule that the release does not have, an effect that its own hits do not carry.
 */
export function readEngineOutput(
  answer: unknown,
  knowsRule: (id: string) => boolean,
): EngineOutput | undefined {
  if (typeof answer !== "object" || answer === null) return undefined;
  const { effect, reasons, hits, invalid, missing } = answer as Record<string, unknown>;
  // fail closed: an answer of another shape is no answer
  if (!effects.has(effect)) return undefined;
  if (!isTextList(reasons) || !isTextList(hits) || !isTextList(invalid) || !isTextList(missing))
    return undefined;
  // fail closed: an answer about rules of another release is no answer
  if (!hits.every(knowsRule) || !invalid.every(knowsRule)) return undefined;
  return { effect: effect as EngineOutput["effect"], reasons, hits, invalid, missing };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
