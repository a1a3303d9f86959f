import { type SessionKey, type SessionStore, textDigest } from "@forego/core";
import { told } from "../keyed-charge.ts";
import { completeAddition, idleMs, sessionText } from "../session-addition.ts";

interface Session {
  readonly firstSeen: number;
  readonly turns: number;
  readonly toolCalls: number;
  readonly tokens: number;
  readonly dataClasses: readonly string[];
  readonly seenAt: number;
}

/** Conversations in this process's memory. */
export function createMemorySessions(now: () => number): SessionStore {
  // in the order in which they were added to last
  const sessions = new Map<string, Session>();

  const find = (id: string): Session | undefined => {
    for (const [oldest, { seenAt }] of sessions) {
      if (seenAt + idleMs > now()) break;
      sessions.delete(oldest);
    }
    return sessions.get(id);
  };

  return {
    read(key) {
      const found = find(idOf(key));
      if (found === undefined) return undefined;
      const { firstSeen, seenAt: _seenAt, ...totals } = found;
      return { ...totals, ageMs: Math.max(0, now() - firstSeen) };
    },
    add(key, addition) {
      const { turns, toolCalls, tokens, dataClasses } = completeAddition(addition);
      const id = idOf(key);
      const known = find(id);
      sessions.delete(id);
      sessions.set(id, {
        firstSeen: known?.firstSeen ?? now(),
        turns: told((known?.turns ?? 0) + turns),
        toolCalls: told((known?.toolCalls ?? 0) + toolCalls),
        tokens: told((known?.tokens ?? 0) + tokens),
        dataClasses: [...new Set([...(known?.dataClasses ?? []), ...dataClasses])],
        seenAt: now(),
      });
    },
  };
}

/** The most characters of a conversation's name that are kept as they are. */
const maxText = 200;

/** A conversation as one text, which is short whatever it is called. */
function idOf(key: SessionKey): string {
  const text = sessionText(key);
  return text.length > maxText ? textDigest(text) : text;
}
