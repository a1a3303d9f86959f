import type { StateStore } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import type { Desk } from "../support/desk-guard.ts";
import type { Failure, Trouble } from "./failure.ts";

/** A call that a limit counts. */
const search = { host: {}, tool: "crm.search", args: { query: "x" } };

const admitSearch = async ({ guard }: Desk) => (await guard.admit(search)).decision;

/** What the store of state may do to a call that has a limit. */
export const storeFailures: readonly Failure[] = [
  ...(
    [
      [
        "throws",
        () => {
          throw new Error("the store is down");
        },
      ],
      ["rejects", () => Promise.reject(new Error("the store is down"))],
      ["answers with nothing", () => undefined],
      ["answers with true", () => true],
    ] as const
  ).map(
    ([what, reserve]): Failure => ({
      name: `the store of state ${what}`,
      reason: "forego.state_unavailable",
      options: (trouble) => ({ state: failingState(reserve, trouble) }),
      play: admitSearch,
    }),
  ),
  {
    name: "the store of state never answers",
    reason: "forego.deadline",
    options: (trouble) => ({ state: failingState(() => new Promise(() => {}), trouble) }),
    async play(desk, { clock }) {
      const admitting = admitSearch(desk);
      // an engine that is asked over a network has to answer first
      const timer = setInterval(() => clock.advance(51), 500);
      return admitting.finally(() => clearInterval(timer));
    },
  },
];

/** A store that does not reserve while the trouble lasts. */
function failingState(reserve: () => unknown, trouble: Trouble): StateStore {
  const { state } = memoryStores();
  return {
    ...state,
    reserve: (id, charges) => (trouble.isOn ? (reserve() as never) : state.reserve(id, charges)),
  };
}
