import type { SessionAddition, SessionStore } from "@forego/core";
import { memoryStores } from "@forego/state/memory";

/** A store of conversations that breaks down when it is to add some things, and works for all others. */
export function failingSessions(fails: (addition: SessionAddition) => boolean): SessionStore {
  const { sessions } = memoryStores();
  return {
    read: (key) => sessions.read(key),
    add(key, addition) {
      if (fails(addition)) throw new Error("the store is down");
      return sessions.add(key, addition);
    },
  };
}

/** One that cannot count what a model answered. */
export const withoutTurns = (): SessionStore => failingSessions(({ turns = 0 }) => turns > 0);
