import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { createCountingState } from "./counting-state.ts";
import { createMemoryTable } from "./memory/memory-table.ts";
import { createSqliteTable } from "./sqlite/sqlite-table.ts";

const tables = {
  memory: createMemoryTable,
  sqlite: () => createSqliteTable(new DatabaseSync(":memory:")),
};

describe.each(Object.entries(tables))("a table of counters in %s", (_kind, createTable) => {
  test.each([1, 5, 12])("forgets what has left where each call takes from %i limits", (limits) => {
    let now = 1_000_000;
    const table = createTable();
    const state = createCountingState({
      table,
      keyOf: (text) => text,
      now: () => now,
      asOneStep: (work) => work(),
      asOneLook: (work) => work(),
    });
    for (let call = 0; call < 1000; call++) {
      now += 1000;
      const counters = Array.from({ length: limits }, (_, limit) => `user ${call}, limit ${limit}`);
      state.reserve(
        `${call}`,
        counters.map((counter) => ({ counter, cost: 1, limit: 9, windowMs: 1 })),
      );
    }
    const all = Array.from({ length: 1000 }, (_, call) => JSON.stringify([1, `user ${call}, limit 0`]));
    // one call is within its window
    expect(all.filter((key) => table.used(key, 0) > 0).length).toBeLessThan(100);
    expect(all.filter((_, call) => table.find(`${call}`) !== undefined).length).toBeLessThan(100);
  });
});
