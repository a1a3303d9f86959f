import type { OpenReservation, StateStore } from "@forego/core";
import { digestKey } from "../digest-key.ts";
import { checkAge, checkCosts, counterKey, keyCharges, told, wrongCosts } from "../keyed-charge.ts";
import { bucketWidth } from "../sliding-window.ts";
import type { RedisClient } from "./run-script.ts";
import { openScript, reserveScript, settleScript, usageScript } from "./state-scripts.ts";

const maxOpen = 1000;

/** A store of limits on a Redis server. Each method is one script. */
export function createRedisState(client: RedisClient, prefix: string): StateStore {
  const counter = (key: string) => `${prefix}counter:${key}`;
  const reservation = (key: string) => `${prefix}reservation:${key}`;
  const sets = [`${prefix}open`, `${prefix}leave`];

  const settle = async (id: string, how: readonly unknown[]): Promise<number> => {
    const key = digestKey(id);
    return Number(await settleScript(client, [reservation(key), ...sets], [key, ...how]));
  };

  return {
    async reserve(id, charges) {
      const keyed = keyCharges(charges, digestKey);
      const key = digestKey(id);
      const content = JSON.stringify({
        id,
        charges: charges.map(({ counter, cost }) => ({ counter, cost })),
      });
      const answer = await reserveScript(
        client,
        [reservation(key), ...sets, ...keyed.map((charge) => counter(charge.key))],
        [
          key,
          content,
          ...keyed.flatMap(({ cost, limit, windowMs, soft }) => [
            cost,
            soft ? -1 : limit,
            windowMs,
            bucketWidth(windowMs),
          ]),
        ],
      );
      const [granted, used, refused] = answer as [unknown, readonly unknown[], readonly unknown[]];
      return {
        granted: Number(granted) === 1,
        used: used.map(Number).map(told),
        refused: refused.map(Number),
      };
    },
    async commit(id, costs) {
      checkCosts(costs);
      const answer = await settle(id, ["commit", ...costs]);
      if (answer < 0) throw wrongCosts();
      return answer === 1;
    },
    release: async (id) => (await settle(id, ["release"])) === 1,
    async usage(counters) {
      const keys = counters.map((one) => counter(counterKey(one, digestKey)));
      const windows = counters.flatMap(({ windowMs }) => [windowMs, bucketWidth(windowMs)]);
      const sums = (await usageScript(client, keys, windows)) as readonly unknown[];
      return sums.map(Number).map(told);
    },
    async openReservations(olderThanMs) {
      const found = await openScript(client, sets, [checkAge(olderThanMs), maxOpen, reservation("")]);
      return (found as readonly (readonly [unknown, unknown])[]).map(([at, content]) => {
        const kept = JSON.parse(String(content)) as Pick<OpenReservation, "id" | "charges">;
        return { ...kept, reservedAt: Number(at) };
      });
    },
  };
}
