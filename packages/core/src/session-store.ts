import type { SessionView } from "./call.ts";
import type { GuardSetup } from "./guard-options.ts";
import type { VerifiedIdentity } from "./identity.ts";
import type { PreparedCall } from "./prepare-call.ts";
import { ask, type Steps, wait } from "./steps.ts";

/** One conversation of one tenant. The id is the host's, or the model's: hostile. */
export interface SessionKey {
  readonly tenant: string;
  readonly conversationId: string;
}

/** What a store knows of a conversation. */
export interface SessionTotals {
  readonly turns: number;
  readonly toolCalls: number;
  readonly tokens: number;
  /** Milliseconds since it was first added to, by the store's clock. */
  readonly ageMs: number;
  readonly dataClasses: readonly string[];
}

/** What is added to a conversation; what is left out stays as it is. Counts are whole, 0 to 2^53 - 1. */
export interface SessionAddition {
  readonly turns?: number;
  readonly toolCalls?: number;
  readonly tokens?: number;
  readonly dataClasses?: readonly string[];
}

type Awaitable<T> = T | PromiseLike<T>;

/**
 * Keeps what is known of conversations, for all processes that share the store. Nothing of a conversation is taken
 * back; one that nobody has added to for 30 days is forgotten. A throw or a rejection denies the call.
 */
export interface SessionStore {
  /** `undefined` for a conversation that nobody has added to. */
  read(key: SessionKey): Awaitable<SessionTotals | undefined>;
  /** One step, whatever runs beside it. Throws or rejects with a RangeError when a count is none. */
  add(key: SessionKey, addition: SessionAddition): Awaitable<void>;
}

/** What the host knows of the conversation, and the store: the larger counts, and all classes. */
export function* completeSession(
  setup: Pick<GuardSetup, "sessions" | "seen">,
  identity: VerifiedIdentity,
  { conversationId, session = {} }: PreparedCall["call"],
): Steps<SessionView> {
  if (conversationId === undefined) return session;
  const key = { tenant: identity.tenant.id, conversationId };
  if (setup.sessions === undefined) {
    return { ...session, dataClassesSeen: join(session.dataClassesSeen, setup.seen.of(key)) };
  }
  const { sessions } = setup;
  const stored = yield* ask(sessions.read, () => sessions.read(key));
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

/** Adds a call that is about to be admitted, with the data classes that it touches. */
export function* noteAdmitted(prepared: PreparedCall): Steps<void> {
  const { phase, ready } = prepared;
  if ("trouble" in ready) return;
  const dataClasses = ready.input.action.data_classes_referenced;
  yield* addToSession(prepared, { toolCalls: phase === "tool_call" ? 1 : 0, dataClasses });
}

/** Adds the data classes of a result that is about to be handed on, where they are more than those of its call. */
export function* noteReturned(prepared: PreparedCall, classes: readonly string[]): Steps<void> {
  const { ready } = prepared;
  const known = "trouble" in ready ? [] : ready.input.action.data_classes_referenced;
  const dataClasses = classes.filter((name) => !known.includes(name));
  if (dataClasses.length > 0) yield* addToSession(prepared, { dataClasses });
}

/** Adds an answer of the model, and the tokens that it used, as far as the host knows them. */
export function* noteAnswer(
  prepared: PreparedCall,
  isAnswered: boolean,
  { tokens = 0 }: Readonly<Record<string, number>>,
): Steps<void> {
  yield* addToSession(prepared, { turns: isAnswered ? 1 : 0, tokens });
}

function* addToSession({ setup, call, identity }: PreparedCall, addition: SessionAddition): Steps<void> {
  const { conversationId } = call;
  if (conversationId === undefined || identity === undefined) return;
  const key = { tenant: identity.tenant.id, conversationId };
  if (setup.sessions === undefined) setup.seen.add(key, addition.dataClasses ?? []);
  else yield* wait(setup.sessions.add(key, addition));
}

function join(told: readonly string[] = [], known: readonly string[]): readonly string[] {
  // what is no list is refused where the input is built
  return Array.isArray(told) && known.length > 0 ? [...new Set([...told, ...known])] : told;
}

function larger(name: keyof SessionView, told: number | undefined, stored: number | undefined): SessionView {
  const count = told !== undefined && !(stored !== undefined && stored > told) ? told : stored;
  return count === undefined ? {} : { [name]: count };
}
