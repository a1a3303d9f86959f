import { Pool } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startPostgres } from "../../../../test/support/postgres-server.ts";
import type { RealServer } from "../../../../test/support/real-server.ts";
import { postgresSchema, postgresStores } from "./postgres-stores.ts";

describe("postgresStores", () => {
  let server: RealServer | undefined;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());
  beforeEach(({ skip }) => {
    if (server === undefined) skip("no postgres here");
  });

  test("make their schema in several processes at once, and again", async () => {
    const pool = new Pool({ connectionString: server?.url });
    await Promise.all(Array.from({ length: 8 }, () => pool.query(postgresSchema({ schema: "at_once" }))));
    const { state } = postgresStores(pool, { schema: "at_once" });
    await state.reserve("a", [{ counter: "c", cost: 1, limit: 1, windowMs: 1000 }]);
    await pool.query(postgresSchema({ schema: "at_once" }));
    expect(await state.usage([{ counter: "c", windowMs: 1000 }])).toEqual([1]);
    await pool.end();
  });

  test("fail where transactions would count by an older snapshot", async () => {
    const options = "-c default_transaction_isolation=repeatable\\ read";
    const pool = new Pool({ connectionString: server?.url, options });
    await pool.query(postgresSchema({ schema: "isolated" }));
    const { state } = postgresStores(pool, { schema: "isolated" });
    const charge = { counter: "c", cost: 1, limit: 1, windowMs: 1000 };
    await expect(state.reserve("a", [charge])).rejects.toThrow("read committed");
    expect(await state.usage([charge])).toEqual([0]);
    await pool.end();
  });

  test("fail while the database cannot be reached", async () => {
    const pool = new Pool({ connectionString: "postgres://127.0.0.1:1/none" });
    const { state, approvals } = postgresStores(pool);
    await expect(state.reserve("a", [])).rejects.toThrow();
    await expect(approvals.state("same")).rejects.toThrow();
    await pool.end();
  });

  test.each(["", "Forego", "a b", 'a"; drop schema public --', "x".repeat(60)])(
    "refuse the schema '%s'",
    (schema) => {
      expect(() => postgresSchema({ schema })).toThrow("FG4103");
      expect(() => postgresStores({ query: async () => ({ rows: [] }) }, { schema })).toThrow("FG4103");
    },
  );
});
