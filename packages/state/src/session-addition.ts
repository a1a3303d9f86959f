import type { SessionAddition, SessionKey } from "@forego/core";

/** How long a conversation is kept that nobody adds to: 30 days, in milliseconds. */
export const idleMs = 30 * 86_400_000;

/** An addition with nothing left out, whose counts were checked. */
export type WholeAddition = Required<SessionAddition>;

/**
 * Completes an addition.
 *
 * @throws RangeError when a count is not a whole number, 0 to 2^53 - 1.
 */
export function completeAddition(addition: SessionAddition): WholeAddition {
  const { turns = 0, toolCalls = 0, tokens = 0, dataClasses = [] } = addition;
  const isWhole = [turns, toolCalls, tokens].every((count) => Number.isSafeInteger(count) && count >= 0);
  // fail closed: what cannot be counted is not added, and its call is denied
  if (!isWhole) throw new RangeError("counts of a conversation are whole numbers, 0 to 2^53 - 1");
  return { turns, toolCalls, tokens, dataClasses };
}

/** A conversation as one text. */
export function sessionText({ tenant, conversationId }: SessionKey): string {
  return JSON.stringify([tenant, conversationId]);
}
