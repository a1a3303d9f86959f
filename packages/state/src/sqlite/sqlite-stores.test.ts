import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { afterAll, describe, expect, test } from "vitest";
import { sqliteStores } from "./sqlite-stores.ts";

const folder = mkdtempSync(join(tmpdir(), "forego-sqlite-"));
const file = (name: string) => join(folder, name);
const hour = 3_600_000;

afterAll(() => rmSync(folder, { recursive: true }));

function countRows(name: string, table: string): number {
  const database = new DatabaseSync(file(name), { readOnly: true });
  const { count } = database.prepare(`select count(*) as count from ${table}`).get() as { count: number };
  database.close();
  return count;
}

describe("sqliteStores", () => {
  test("answer at once, as the synchronous path needs", () => {
    const { state, approvals, close } = sqliteStores(file("at-once.db"));
    expect(state.reserve("a", [{ counter: "c", cost: 1, limit: 1, windowMs: hour }])).toEqual({
      granted: true,
      used: [1],
      refused: [],
    });
    expect(approvals.state("none")).toBeUndefined();
    close();
  });

  test("keep what they hold for the next who opens the file", () => {
    const first = sqliteStores(file("kept.db"));
    first.state.reserve("a", [{ counter: "c", cost: 3, limit: 5, windowMs: hour }]);
    first.close();
    const second = sqliteStores(file("kept.db"));
    expect(second.state.usage([{ counter: "c", windowMs: hour }])).toEqual([3]);
    second.close();
  });

  test("forget what has left its window, a little at a time, so that the file does not grow", () => {
    let now = 1_000_000;
    const { state, close } = sqliteStores(file("swept.db"), { now: () => now });
    for (let call = 0; call < 3000; call++) {
      now += 10;
      state.reserve(`${call}`, [{ counter: `c${call % 50}`, cost: 1, limit: 100, windowMs: 1000 }]);
    }
    // a hundred calls are within the window, and as many rows wait to be swept, or fewer
    expect(countRows("swept.db", "forego_reservations")).toBeLessThan(300);
    expect(countRows("swept.db", "forego_buckets")).toBeLessThan(300);
    close();
  });

  test("forget it too where each process that opens the file makes a few calls only", () => {
    let now = 1_000_000;
    for (let opened = 0; opened < 150; opened++) {
      const { state, close } = sqliteStores(file("short.db"), { now: () => now });
      for (let call = 0; call < 4; call++) {
        now += 1000;
        const charge = { counter: `user ${opened}-${call}`, cost: 1, limit: 9, windowMs: 1 };
        state.reserve(`${opened}-${call}`, [charge]);
      }
      close();
    }
    // six hundred were made, and one call is within its window
    expect(countRows("short.db", "forego_reservations")).toBeLessThan(300);
    expect(countRows("short.db", "forego_buckets")).toBeLessThan(300);
  });

  test("fail, and change nothing, while another process holds the file", () => {
    const { state, close } = sqliteStores(file("busy.db"), { busyTimeoutMs: 20 });
    const other = new DatabaseSync(file("busy.db"));
    other.exec("begin immediate");
    const charge = { counter: "c", cost: 1, limit: 1, windowMs: hour };
    expect(() => state.reserve("a", [charge])).toThrow("locked");
    other.exec("rollback");
    other.close();
    expect(state.reserve("a", [charge])).toMatchObject({ granted: true });
    close();
  });

  test("show what is used and what is open while another process holds the file", () => {
    const { state, close } = sqliteStores(file("shown.db"), { busyTimeoutMs: 20 });
    for (const id of ["open", "settled", "cheaper"])
      state.reserve(id, [{ counter: "c", cost: 2, limit: 9, windowMs: hour }]);
    state.commit("settled", [2]);
    state.commit("cheaper", [1]);
    const other = new DatabaseSync(file("shown.db"));
    other.exec("begin immediate");
    expect(state.usage([{ counter: "c", windowMs: hour }])).toEqual([5]);
    expect(state.openReservations(0)).toMatchObject([{ id: "open", charges: [{ counter: "c", cost: 2 }] }]);
    other.exec("rollback");
    other.close();
    close();
  });

  test("open a new file in several threads at once", async () => {
    const threads = 6;
    const files = Array.from({ length: 20 }, (_, round) => file(`at-once-${round}.db`));
    const arrived = new SharedArrayBuffer(4 * files.length);
    const opening = Array.from({ length: threads }, () => {
      const script = new URL("../../../../test/support/open-at-once.ts", import.meta.url);
      const execArgv = ["--conditions=@forego/source"];
      const worker = new Worker(script, { workerData: { files, arrived, threads }, execArgv });
      return once(worker, "message");
    });
    const failures = await Promise.all(opening);
    expect(failures.flat(2)).toEqual([]);
  });

  test("refuse a folder that is not there, and a file that is no database", () => {
    expect(() => sqliteStores(join(folder, "none", "a.db"))).toThrow("FG4101");
    writeFileSync(file("text.db"), "not a database, but long enough to be taken for one".repeat(50));
    expect(() => sqliteStores(file("text.db"))).toThrow("FG4101");
  });
});
