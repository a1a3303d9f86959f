/**
 * Reasons that Forego gives itself, each with the fixed sentence that the model and the user may read.
 * Policies cannot use the `forego.` prefix. No sentence holds a value, an address or a cause: those go to observers.
 */
export const reservedReasons = {
  "forego.approval_refused": "The person who was asked refused this call.",
  "forego.async_unavailable": "This tool can only be decided at once, and its decision needs more time.",
  "forego.call_changed": "The call was changed after it was decided, so it was not made.",
  "forego.conflicting_obligations":
    "Two rules would change this call in ways that do not go together, so it was not made.",
  "forego.deadline": "The decision about this call took too long, so the call was not made.",
  "forego.default_allow": "No rule speaks about this call, and the policy allows what no rule speaks about.",
  "forego.engine_error": "The policy engine failed, so the call was not made.",
  "forego.identity": "The caller could not be identified, so the call was not made.",
  "forego.invalid_arguments": "The arguments of this call cannot be checked, so the call was not made.",
  "forego.invalid_decision": "The policy engine gave no readable answer, so the call was not made.",
  "forego.invalid_input": "The request could not be read, so the call was not made.",
  "forego.invalid_rule":
    "A rule could not be checked with what is known about this call, so the call was not made.",
  "forego.no_matching_allow": "No rule allows this call.",
  "forego.no_policy": "No policy is loaded, so the call was not made.",
  "forego.obligation_unfulfilled":
    "The call may only be made in a changed form, which the application cannot do, so it was not made.",
  "forego.release_mismatch": "The loaded policy bundles do not belong together, so the call was not made.",
  "forego.state_unavailable": "What is kept of earlier calls could not be reached, so the call was not made.",
} as const;

/** What the reasons say where the call was made, and what it returned is decided. */
const ofResults: Partial<Record<string, string>> = {
  "forego.obligation_unfulfilled":
    "What the call returned may only be handed on in a changed form, which is not possible.",
};

/** The sentence of a reason: whoever reads that a call was not made may make it again. */
export function sayReserved(reason: ReservedReason, isOfResult: boolean): string {
  if (!isOfResult) return reservedReasons[reason];
  const why =
    ofResults[reason] ?? reservedReasons[reason].replace(/, so (?:the call|it) was not made\.$/, ".");
  return `${why} The call was made, and what it returned is withheld.`;
}

/** One of the codes of {@link reservedReasons}. */
export type ReservedReason = keyof typeof reservedReasons;

/** The prefix that marks a reason as Forego's own. */
export const reservedPrefix = "forego.";

/** Tells whether a reason is one of Forego's own. */
export function isReservedReason(reason: string): reason is ReservedReason {
  return Object.hasOwn(reservedReasons, reason);
}
