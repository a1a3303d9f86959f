import { type Conversation, toCall } from "./conversation.ts";
import { type ReadableMessage, refusedCalls } from "./read-messages.ts";

/**
 * Reports the calls that a person refused, which the SDK tells the model and no hook. A refusal ends a call that
 * waited: the request is answered, and the decision stands and is observed.
 */
export async function reportRefusals(
  conversation: Conversation,
  messages: readonly ReadableMessage[],
  reported: Set<string>,
): Promise<void> {
  const { guard, host } = conversation;
  for (const refused of refusedCalls(messages)) {
    // a retry tells the model the same again; a later turn may give another call the same id
    const key = JSON.stringify([messages.length, refused.toolCallId, refused.input]);
    if (reported.has(key)) continue;
    reported.add(key);
    const call = toCall(refused, refused.upToCall, conversation);
    const { decision, requests, isNew, isRefused = false } = await guard.propose(call);
    // a call that policy denied is reported already, and one that nobody was asked about was not refused by a person
    if (decision.effect !== "require_approval" || isNew === true) continue;
    let isTaken = isRefused;
    for (const { id } of requests) {
      const { accepted } = await guard.answer(id, false, host);
      isTaken ||= accepted;
    }
    // fail closed: a refusal that no request takes, as others have granted them all, is one all the same
    if (!isTaken) await guard.deny(call, "forego.approval_refused", "no open request took the refusal");
    else await guard.admit(call);
  }
}
