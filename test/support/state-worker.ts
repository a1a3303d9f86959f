// A process of its own that uses shared stores: node test/support/state-worker.ts <kind> <place>
//
// Reads orders as lines of JSON and answers each with a line, so that a test can let several work at once.

import type { Charge } from "@forego/core";
import { obeyOrders, tell } from "./obey-orders.ts";
import { openPlace, type StoreKind } from "./shared-stores.ts";

/** What a worker is told to do. */
export interface WorkerOrder {
  /** `together` asks for all at once; `endless` reserves on and on, telling each id that was granted. */
  readonly how: "together" | "endless";
  readonly calls: readonly { readonly id: string; readonly charges: readonly Charge[] }[];
  /** Commits or gives back what was granted, at once. */
  readonly settle?: "commit" | "release";
}

/** What became of a call. */
export interface WorkerAnswer {
  readonly id: string;
  readonly granted: boolean;
  readonly used: readonly number[];
}

const [kind, place = ""] = process.argv.slice(2);
const { state, close } = await openPlace(kind as StoreKind, place);

async function ask({ calls, settle }: WorkerOrder): Promise<readonly WorkerAnswer[]> {
  return Promise.all(
    calls.map(async ({ id, charges }) => {
      const { granted, used } = await state.reserve(id, charges);
      if (granted && settle === "commit")
        await state.commit(
          id,
          charges.map(({ cost }) => cost),
        );
      if (granted && settle === "release") await state.release(id);
      return { id, granted, used };
    }),
  );
}

async function askEndlessly({ calls }: WorkerOrder): Promise<never> {
  for (let count = 0; ; count++) {
    for (const { id, charges } of calls) {
      const one = `${id}-${count}`;
      const { granted, used } = await state.reserve(one, charges);
      tell([{ id: one, granted, used }]);
    }
    // what was told leaves the process in between
    await new Promise((resolve) => setImmediate(resolve));
  }
}

await obeyOrders(async (order: WorkerOrder) => (order.how === "endless" ? askEndlessly(order) : ask(order)));
await close();
