import type { Decision, Guard } from "forego";
import type { AirlineHost } from "./airline-guard.ts";
import { applyWrite } from "./apply-write.ts";
import { copyDatabase, type Database, type DatabaseCopy } from "./database.ts";
import type { Conversation, RecordedCall } from "./recorded-call.ts";

/** A recorded call, with the decision about it. */
export interface DecidedCall {
  readonly conversation: Conversation;
  readonly call: RecordedCall;
  readonly decision: Decision;
  /** Whether the guard asked the user first. */
  readonly wasAsked: boolean;
}

/** The copies of the database, by conversation: where the guard's facts come from. */
export type OpenDatabases = Map<string, DatabaseCopy>;

/**
 * Decides the calls of conversations in their order, each conversation on a fresh copy of the database. A write that
 * was carried out at the time changes the copy whatever is decided, so that the facts of later calls are those of then.
 */
export async function decideCalls(
  guard: Guard<AirlineHost>,
  conversations: readonly Conversation[],
  database: Database,
  open: OpenDatabases,
): Promise<readonly DecidedCall[]> {
  const decided: DecidedCall[] = [];
  for (const conversation of conversations) {
    const copy = copyDatabase(database);
    open.set(conversation.name, copy);
    for (const call of conversation.calls) {
      decided.push({ conversation, call, ...(await decideCall(guard, conversation, call)) });
      applyWrite(copy, call);
    }
    open.delete(conversation.name);
  }
  return decided;
}

/** The life of one call: proposed, put to the user if a rule asks, and decided. The user's yes is the recorded one. */
async function decideCall(
  guard: Guard<AirlineHost>,
  { name, userId }: Conversation,
  { tool, args, callId, turnCount, toolCallCount, userSaidYes }: RecordedCall,
): Promise<Pick<DecidedCall, "decision" | "wasAsked">> {
  const host = { userId };
  const call = {
    host,
    conversationId: name,
    ...(callId === undefined ? {} : { callId }),
    tool,
    args,
    session: { turnCount, toolCallCount },
  };
  const { requests } = await guard.propose(call);
  if (userSaidYes) for (const { id } of requests) await guard.answer(id, true, host);
  const { decision } = await guard.admit(call);
  return { decision, wasAsked: requests.length > 0 };
}
