import type { Json } from "../json/json-snapshot.ts";
import type { PreparedCall } from "./prepare-call.ts";

/** What makes two calls the same one: the same place, the same id, the same tool and the same arguments. */
export interface CallIdentity {
  /** Identity, conversation, call id, turn, server and tool, as one text. */
  readonly key: string;
  readonly args: Json;
  /** Size of the arguments, in the unit of the snapshot's limits. */
  readonly size: number;
}

/** What the ledger knows the call by; `undefined` for a call without an id, or with names that are no JSON. */
export function callIdentity(prepared: Omit<PreparedCall, "setup">): CallIdentity | undefined {
  const { call, phase, args, argsSize, ready } = prepared;
  if (call.callId === undefined) return undefined;
  const names = [
    // a sub-agent, or a user who has lost a group, is not who was decided about
    prepared.identity,
    call.conversationId,
    call.callId,
    // hosts exist that count their call ids anew in each turn
    call.session?.turnCount,
    phase,
    call.server,
    call.tool,
    // who can do less with a call is answered otherwise
    call.fulfils?.toSorted(),
    "trouble" in ready ? ready.trouble : undefined,
  ];
  try {
    const key = JSON.stringify(names);
    return { key, args, size: argsSize + key.length };
  } catch {
    // a bigint for a name: such a call is denied, and each time anew
    return undefined;
  }
}
