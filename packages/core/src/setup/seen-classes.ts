import { unclassified } from "../contract/contract.ts";
import { textDigest } from "../json/canonical-digest.ts";
import type { SessionKey } from "../ports/session-store.ts";

/** The data classes that conversations have seen, as far as this process knows: for guards without a session store. */
export interface SeenClasses {
  of(key: SessionKey): readonly string[];
  /** Adds what is seen, which may be nothing: a conversation that is in use is not forgotten. */
  add(key: SessionKey, classes: readonly string[]): void;
}

/** Bounds of what is remembered. */
export interface SeenLimits {
  /** Conversations that have seen any class. */
  readonly maxConversations: number;
  /** Milliseconds after which a conversation is forgotten that nothing was added to. */
  readonly idleMs: number;
}

/** 100,000 conversations, and a day. */
export const seenLimits: SeenLimits = { maxConversations: 100_000, idleMs: 86_400_000 };

/**
 * Makes an empty memory. Where there are more conversations than it holds, those that it does not know have seen
 * `forego:unclassified`, until the one that it forgot would have been forgotten anyway.
 *
 * @param now milliseconds that only grow.
 */
export function createSeenClasses(now: () => number, limits: SeenLimits = seenLimits): SeenClasses {
  // in the order in which they were added to last
  const conversations = new Map<string, { readonly classes: readonly string[]; readonly seenAt: number }>();
  let forgetfulUntil = Number.NEGATIVE_INFINITY;

  const dropIdle = (): void => {
    for (const [oldest, { seenAt }] of conversations) {
      if (seenAt + limits.idleMs > now()) break;
      conversations.delete(oldest);
    }
  };

  const makeRoom = (): void => {
    if (conversations.size < limits.maxConversations) return;
    for (const [oldest, { seenAt }] of conversations) {
      conversations.delete(oldest);
      forgetfulUntil = seenAt + limits.idleMs;
      return;
    }
  };

  const find = (text: string): readonly string[] => {
    const known = conversations.get(text);
    if (known !== undefined) return known.classes;
    // fail closed: a conversation that may have been forgotten has seen nobody knows what
    return now() < forgetfulUntil ? [unclassified] : [];
  };

  return {
    of(key) {
      dropIdle();
      return find(textOf(key));
    },
    add(key, classes) {
      const text = textOf(key);
      // one without any class need not be remembered
      if (classes.length === 0 && !conversations.has(text)) return;
      const known = find(text);
      if (!conversations.delete(text)) makeRoom();
      conversations.set(text, { classes: [...new Set([...known, ...classes])], seenAt: now() });
    },
  };
}

/** The most characters of a conversation's name that are kept as they are. */
const maxText = 200;

/** A conversation as one text, which is short: whoever names conversations must not fill the memory with their names. */
function textOf({ tenant, conversationId }: SessionKey): string {
  const text = JSON.stringify([tenant, conversationId]);
  return text.length > maxText ? textDigest(text) : text;
}
