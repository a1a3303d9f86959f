import type { SessionAddition } from "../ports/session-store.ts";
import { type Steps, wait } from "../steps/steps.ts";
import { fromStore } from "../steps/store-trouble.ts";
import type { PreparedCall } from "./prepare-call.ts";

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
  const { sessions } = setup;
  if (sessions === undefined) setup.seen.add(key, addition.dataClasses ?? []);
  else yield* fromStore(() => wait(sessions.add(key, addition)));
}
