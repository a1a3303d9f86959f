import type { SessionStore } from "@forego/core";
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

  const find = (text: string): Session | undefined => {
    for (const [oldest, { seenAt }] of sessions) {
      if (seenAt + idleMs > now()) break;
      sessions.delete(oldest);
    }
    return sessions.get(text);
  };

  return {
    read(key) {
      const found = find(sessionText(key));
      if (found === undefined) return undefined;
      const { firstSeen, seenAt: _seenAt, ...totals } = found;
      return { ...totals, ageMs: Math.max(0, now() - firstSeen) };
    },
    add(key, addition) {
      const { turns, toolCalls, tokens, dataClasses } = completeAddition(addition);
      const text = sessionText(key);
      const known = find(text);
      sessions.delete(text);
      sessions.set(text, {
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
