import type { OpenReservation, StateStore } from "@forego/core";
import { digestKey } from "../digest-key.ts";
import { checkAge, checkCosts, counterKey, keyCharges, told, wrongCosts } from "../keyed-charge.ts";
import { bucketWidth } from "../sliding-window.ts";
import { createAsk, type PostgresPool } from "./ask-database.ts";

const maxOpen = 1000;

/** A store of limits in a Postgres database. Each method is one call of a function there. */
export function createPostgresState(pool: PostgresPool, schema: string): StateStore {
  const ask = createAsk(pool);

  return {
    async reserve(id, charges) {
      const keyed = keyCharges(charges, digestKey);
      // as JSON, in which nothing stands that a database's text may not hold
      const content = JSON.stringify({
        id,
        charges: charges.map(({ counter, cost }) => ({ counter, cost })),
      });
      const answer = await ask(`${schema}.reserve($1, $2, $3, $4, $5, $6, $7)`, [
        digestKey(id),
        content,
        keyed.map(({ key }) => key),
        keyed.map(({ cost }) => cost),
        keyed.map(({ soft, limit }) => (soft ? -1 : limit)),
        keyed.map(({ windowMs }) => windowMs),
        keyed.map(({ windowMs }) => bucketWidth(windowMs)),
      ]);
      const [granted, used, refused] = answer as [boolean, readonly number[], readonly number[]];
      return { granted, used: used.map(told), refused };
    },
    async commit(id, costs) {
      checkCosts(costs);
      const answer = await ask(`${schema}.settle($1, $2)`, [digestKey(id), costs]);
      if (answer === -1) throw wrongCosts();
      return answer === 1;
    },
    release: async (id) => (await ask(`${schema}.settle($1, null)`, [digestKey(id)])) === 1,
    async usage(counters) {
      const sums = await ask(`${schema}.usage($1, $2, $3)`, [
        counters.map((one) => counterKey(one, digestKey)),
        counters.map(({ windowMs }) => windowMs),
        counters.map(({ windowMs }) => bucketWidth(windowMs)),
      ]);
      return (sums as readonly number[]).map(told);
    },
    async openReservations(olderThanMs) {
      const { rows } = await pool.query(`select * from ${schema}.open_reservations($1, $2)`, [
        checkAge(olderThanMs),
        maxOpen,
      ]);
      return (rows as readonly { readonly at: unknown; readonly content: string }[]).map(
        ({ at, content }) => {
          const kept = JSON.parse(content) as Pick<OpenReservation, "id" | "charges">;
          return { ...kept, reservedAt: Number(at) };
        },
      );
    },
  };
}
