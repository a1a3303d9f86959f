import type { Call, SessionView } from "../contract/call.ts";
import type { VerifiedIdentity } from "../ports/identity.ts";
import type { GuardSetup } from "../setup/guard-setup.ts";
import { ask, type Steps } from "../steps/steps.ts";
import { fromStore } from "../steps/store-trouble.ts";

/** What the host knows of the conversation, and the store: the larger counts, and all classes. */
export function* completeSession(
  setup: Pick<GuardSetup, "sessions" | "seen">,
  identity: VerifiedIdentity,
  { conversationId, session = {} }: Call,
): Steps<SessionView> {
  if (conversationId === undefined) return session;
  const key = { tenant: identity.tenant.id, conversationId };
  if (setup.sessions === undefined) {
    return { ...session, dataClassesSeen: join(session.dataClassesSeen, setup.seen.of(key)) };
  }
  const { sessions } = setup;
  const stored = yield* fromStore(() => ask(sessions.read, () => sessions.read(key)));
  const { turns = 0, toolCalls = 0, tokens = 0, ageMs = 0, dataClasses = [] } = stored ?? {};
  return {
    // fail closed: what nobody has counted is absent, and not none; the guard itself counts tool calls
    ...larger("turnCount", session.turnCount, turns || undefined),
    ...larger("toolCallCount", session.toolCallCount, toolCalls),
    ...larger("cumulativeTokens", session.cumulativeTokens, tokens || undefined),
    ...larger("ageSeconds", session.ageSeconds, ageMs / 1000),
    dataClassesSeen: join(session.dataClassesSeen, dataClasses),
  };
}

function join(told: readonly string[] = [], known: readonly string[]): readonly string[] {
  // what is no list is refused where the input is built
  return Array.isArray(told) && known.length > 0 ? [...new Set([...told, ...known])] : told;
}

function larger(name: keyof SessionView, told: number | undefined, stored: number | undefined): SessionView {
  const count = told !== undefined && !(stored !== undefined && stored > told) ? told : stored;
  return count === undefined ? {} : { [name]: count };
}
