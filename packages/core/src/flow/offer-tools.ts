import type { Call } from "../contract/call.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { evaluateBoth, withServer } from "../evaluation/join-server.ts";
import { completeSession } from "../input/complete-session.ts";
import { identifyCaller, prepareCall } from "../input/prepare-call.ts";
import type { ReadSet } from "../release/read-set.ts";
import type { RuleInfo } from "../release/release.ts";
import type { GuardSetup } from "../setup/guard-setup.ts";
import type { Steps } from "../steps/steps.ts";
import { isTrouble } from "../steps/trouble.ts";

/** Tools that a host would show to its model, and whose model it is. */
export interface OfferedTools<THost = unknown>
  extends Pick<Call<THost>, "host" | "phase" | "conversationId" | "server" | "session"> {
  readonly tools: readonly string[];
  /**
   * Whether they are templates, as MCP has for names of resources: what rules say about a name is then up to the call.
   * Defaults to `false`.
   */
  readonly areTemplates?: boolean;
}

/** The tools that may be shown, in the order given, and those that must not, with the reasons. */
export interface Offer {
  readonly tools: readonly string[];
  readonly hidden: readonly { readonly tool: string; readonly reasons: readonly string[] }[];
}

/**
 * Finds the tools whose calls would be denied whatever their arguments: showing them helps nobody. What depends on
 * arguments, on facts about a call or on what is left of a limit is up to the call, and stays shown.
 */
export function* offerTools(
  setup: GuardSetup,
  { tools, areTemplates = false, ...offered }: OfferedTools,
): Steps<Offer> {
  const names = [...new Set(tools)];
  if (!setup.isEnforced) return { tools: names, hidden: [] };
  const identity = yield* identifyCaller(setup, offered.host);
  // fail closed: who cannot be identified is shown nothing
  if ("trouble" in identity) return hideAll(names, identity.trouble);
  const call = { ...offered, tool: "", args: {} };
  const session = yield* completeSession(setup, identity, call);
  // asked once for all tools; facts are about calls, and there is none
  const still = { ...setup, identify: () => identity, sessions: undefined, facts: new Map() };
  const shown: string[] = [];
  const hidden: Offer["hidden"][number][] = [];
  for (const tool of names) {
    const reasons = yield* reasonsToHide(still, { ...call, session, tool }, areTemplates);
    if (reasons.length === 0) shown.push(tool);
    else hidden.push({ tool, reasons });
  }
  return { tools: shown, hidden };
}

/** The answer where nothing can be found out. */
export function hideAll(tools: readonly string[], reason: string): Offer {
  return { tools: [], hidden: tools.map((tool) => ({ tool, reasons: [reason] })) };
}

function* reasonsToHide(setup: GuardSetup, call: Call, isTemplate: boolean): Steps<readonly string[]> {
  const { ready, phase } = yield* prepareCall(setup, call, isTemplate);
  // fail closed: a tool that cannot be decided is not shown
  if ("trouble" in ready) return [ready.trouble];
  const { rules, engine, classify } = setup;
  const evaluation = yield* evaluateBoth(setup, ready.input);
  if (!isTemplate) {
    const withClasses = classify.readsArguments(call.tool);
    const isKnown = ({ reads }: RuleInfo) => !dependsOnCall(reads, withClasses);
    return reasonsWhateverTheCall(setup, evaluation, rules.applicable(phase, call.tool).rules, isKnown);
  }
  // whatever it is filled with, any rule of the phase may be about it
  const isKnown = ({ tool, reads }: RuleInfo) => tool === undefined && !dependsOnCall(reads, true, true);
  const applicable = engine.release.rules.filter(({ on }) => on.includes(phase));
  return reasonsWhateverTheCall(setup, evaluation, applicable, isKnown);
}

function reasonsWhateverTheCall(
  { rules, engine }: GuardSetup,
  { decided, server }: Evaluation,
  applicable: readonly RuleInfo[],
  isKnown: (rule: RuleInfo) => boolean,
): readonly string[] {
  // fail closed: nor is one that was not decided
  if (isTrouble(decided)) return [decided.trouble];
  const mayBeLifted = new Set(
    applicable.flatMap((rule) => (isKnown(rule) ? [] : (rule.lifts ?? []).map((lifted) => lifted.rule))),
  );
  const index = withServer(rules, server);
  const denies = decided.hits.flatMap((id) => {
    const rule = index.rule(id);
    const stands = rule?.effect === "deny" && !decided.overridden.includes(id) && !mayBeLifted.has(id);
    return rule !== undefined && stands && isKnown(rule) ? [rule.reason] : [];
  });
  if (denies.length > 0) return [...new Set(denies)].sort();
  const openings = applicable.filter(opens);
  const isShut = openings.every((rule) => isKnown(rule) && !decided.hits.includes(rule.id));
  return isShut && engine.release.default_effect === "deny" ? ["forego.no_matching_allow"] : [];
}

/** Without one of these, a call is denied. */
function opens({ effect, category }: RuleInfo): boolean {
  return effect === "allow" || (effect === "require_approval" && category === "resource");
}

/** Whether a rule may answer otherwise for another call of the same tool, or of another one. */
function dependsOnCall(reads: ReadSet, withClasses: boolean, withName = false): boolean {
  if (reads === true || !("fields" in reads)) return true;
  const { action, facts, state } = reads.fields;
  if (facts !== undefined || state !== undefined) return true;
  if (action === undefined) return false;
  if (action === true || !("fields" in action)) return true;
  const { args, result, tool, data_classes_referenced: classes } = action.fields;
  if (args !== undefined || result !== undefined) return true;
  return (withClasses && classes !== undefined) || (withName && tool !== undefined);
}
