import type { Door, Handed } from "./door.ts";

/** What a host must hold that Forego stands before. */
export const requirements = {
  "allow.runs":
    "An allowed call runs once, with its arguments, and what it returned comes back to the model.",
  "deny.reason": "A denied call does not run, and the model reads why: the rule's sentence and its reason.",
  "deny.sibling": "Calls beside a denied one run.",
  "deny.next": "A denial ends nothing: the next call of the conversation is decided for itself.",
  "name.unknown": "A tool that is not there runs nothing, and the conversation goes on.",
  "name.hostile": "A tool named like a property of every object runs nothing.",
  "arguments.form": "Arguments that are not what the tool takes run nothing.",
  "arguments.size": "Arguments over the bounds of one call run nothing, and the next call is unharmed.",
  "arguments.depth":
    "Arguments nested deeper than the bounds reach no tool, and the next conversation is unharmed.",
  "trouble.engine":
    "An engine that throws denies, tells the model nothing of the cause, and decides the next call.",
  "trouble.identity": "Who cannot be identified gets nothing.",
  "trouble.fact": "A rule whose fact cannot be fetched denies.",
  "trouble.deadline": "What does not answer in time is denied.",
  "identity.forged":
    "What a client says of itself changes nothing: who calls is what `identify` makes of the host's context.",
  "decision.once": "One call is one decision and one settlement, however many hooks see it.",
  "decision.same":
    "The decision is the one that the guard makes of the same call without a host, but for ids and durations.",
  "session.classes": "Rules know the data classes of the calls that the conversation made before.",
  "tool.throws": "A tool that throws comes back as an error with its own words, and is settled as failed.",
  "result.withheld": "A result that a rule withholds reaches nobody.",
  "result.redacted":
    "What a rule takes out of arguments and results is taken out of both, in each form of them.",
  "result.unseen": "Where results are not handed over, a tool whose results rules decide does not run.",
  "arguments.transformed": "What a rule sets in the arguments, or takes out of them, is what runs.",
  "arguments.unchanged":
    "Where nobody can change the arguments, a call whose arguments rules change does not run.",
  "approval.granted": "A call that needs approval runs once somebody has approved it, and not before.",
  "approval.refused": "A refused call does not run, and the refusal is a decision.",
  "approval.nobody": "A call that nobody answers for does not run.",
  "approval.replayed": "An approval that comes in again runs nothing again.",
  "approval.forged": "An approval that a client made up runs nothing.",
  "approval.swapped": "An approval counts for the arguments that were shown, and for no others.",
  "tools.hidden": "A tool that would be denied whatever its arguments is not shown to the model.",
  "budget.enforced": "What calls cost together stays within the budget.",
  "budget.once": "A call is charged once.",
  "budget.given_back": "A call that failed gives its budget back.",
  "budget.parallel": "Calls that are made at once are counted as those made one after another.",
  "model.insists": "A model that makes a denied call for ever is stopped, with the reason.",
  "release.swapped": "The call after a release was swapped is decided by the new one.",
  "shadow.runs": "A guard in shadow mode decides everything and stops nothing.",
  "host.aborts": "A host that aborts a call gets its conversation back: the next call is decided and runs.",
} as const;

/** The id of a requirement. */
export type Requirement = keyof typeof requirements;

/** Requirements that take for granted what some doors lack, and those that are verified at such doors in their place. */
export const substitutes: Readonly<Record<Handed, Substitution>> = {
  results: { given: ["result.withheld", "result.redacted"], lacking: ["result.unseen"] },
  arguments: { given: ["arguments.transformed"], lacking: ["arguments.unchanged"] },
};

interface Substitution {
  readonly given: readonly Requirement[];
  readonly lacking: readonly [Requirement, ...Requirement[]];
}

/** The requirements that are verified at a door: all, but for those that are about doors of the other kind. */
export function requirementsOf({ lacks = {} }: Pick<Door, "lacks">): readonly Requirement[] {
  const others = Object.entries(substitutes).flatMap(([handed, { given, lacking }]) =>
    lacks[handed as Handed] === undefined ? lacking : given,
  );
  return (Object.keys(requirements) as Requirement[]).filter((id) => !others.includes(id));
}
