import { randomBytes, randomInt } from "node:crypto";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { CountTable, KeptCharge, KeptReservation } from "../counting-state.ts";
import { tooMuch } from "../sliding-window.ts";

const schema = `
  create table if not exists forego_buckets (
    counter text not null,
    bucket integer not null,
    amount integer not null,
    leaves_at integer not null,
    primary key (counter, bucket)
  ) strict, without rowid;
  create table if not exists forego_reservations (
    id text primary key not null,
    reserved_at integer not null,
    leaves_at integer not null,
    settled integer not null,
    content text not null
  ) strict, without rowid;
`;

interface ReservationRow {
  readonly reserved_at: number;
  readonly leaves_at: number;
  readonly settled: number;
  readonly content: string;
}

interface Content {
  readonly id: string;
  /** Those of the charges, by themselves: most calls cost what they reserved. */
  readonly costs: readonly number[];
  readonly charges: readonly KeptCharge[];
}

/** Buckets and reservations in tables of a database. What it does is one step only within a transaction. */
export function createSqliteTable(database: DatabaseSync): CountTable {
  database.exec(schema);
  // as a real number: the driver refuses whole ones from 2^53 on
  const used = database.prepare(
    `select cast(min(total(amount), ${tooMuch}) as real) as used
       from forego_buckets where counter = ? and bucket >= ?`,
  );
  const add = database.prepare(
    `insert into forego_buckets (counter, bucket, leaves_at, amount) values (?, ?, ?, ?)
       on conflict do update set amount =
         case when amount >= ${tooMuch} then amount else min(${tooMuch}, amount + excluded.amount) end`,
  );
  // fail closed: what was swept before the clock was set back is not there to give back; less than nothing is room
  const subtract = database.prepare(
    `update forego_buckets set amount = case when amount >= ${tooMuch} then amount else max(0, amount - ?) end
       where counter = ? and bucket = ?`,
  );
  const find = database.prepare("select * from forego_reservations where id = ?");
  const keep = database.prepare(
    `insert into forego_reservations (id, reserved_at, leaves_at, settled, content) values (?, ?, ?, 0, ?)
       on conflict do update set
         reserved_at = excluded.reserved_at, leaves_at = excluded.leaves_at, settled = 0, content = excluded.content
       where leaves_at <= excluded.reserved_at`,
  );
  const settle = database.prepare("update forego_reservations set settled = 1, content = '' where id = ?");
  const settleAsReserved = database.prepare(
    `update forego_reservations set settled = 1, content = ''
       where id = ? and settled = 0 and leaves_at > ? and content ->> '$.costs' = ?`,
  );
  const forget = database.prepare("delete from forego_reservations where id = ?");
  const open = database.prepare(
    `select * from forego_reservations
       where settled = 0 and reserved_at <= ? and leaves_at > ? order by reserved_at limit ?`,
  );
  const sweep = createSweep(database);

  return {
    used: (key, from) => (used.get(key, from) as { readonly used: number } | undefined)?.used ?? 0,
    add: (key, bucket, leavesAt, amount) => void add.run(key, bucket, leavesAt, amount),
    subtract: (key, bucket, amount) => void subtract.run(amount, key, bucket),
    find(idKey) {
      const row = find.get(idKey) as ReservationRow | undefined;
      return row && readRow(row);
    },
    keep(idKey, { reservedAt, leavesAt, id, charges }) {
      const costs = charges.map(({ cost }) => cost);
      const content = JSON.stringify({ id, costs, charges } satisfies Content);
      return keep.run(idKey, reservedAt, leavesAt, content).changes === 1;
    },
    settleAsReserved: (idKey, costs, now) =>
      settleAsReserved.run(idKey, now, JSON.stringify(costs)).changes === 1,
    settle: (idKey) => void settle.run(idKey),
    forget: (idKey) => void forget.run(idKey),
    open(until, now, max) {
      const rows = open.all(until, now, max) as unknown as readonly ReservationRow[];
      return rows.map(readRow).map(({ id, reservedAt, charges }) => ({
        id,
        reservedAt,
        charges: charges.map(({ counter, cost }) => ({ counter, cost })),
      }));
    },
    sweep,
  };
}

function readRow(row: ReservationRow): KeptReservation {
  const settled = row.settled !== 0;
  const { id, charges } = settled ? { id: "", charges: [] } : (JSON.parse(row.content) as Content);
  return { id, charges, settled, reservedAt: row.reserved_at, leavesAt: row.leaves_at };
}

/** Rows that are added before some are swept. */
const sweepEvery = 32;

/** Goes through both tables round and round, a part at a time: no index has to be kept for it. */
function createSweep(database: DatabaseSync): CountTable["sweep"] {
  const sweepBuckets = sweepTable(database, "forego_buckets", "(counter, bucket)", ["", 0]);
  const sweepReservations = sweepTable(database, "forego_reservations", "(id)", [""]);
  // by chance, as many processes end before they would have come to sweep
  let added = randomInt(sweepEvery);
  return (now, charges) => {
    added += charges + 1;
    if (added < sweepEvery) return;
    // more than are added, so that nothing grows
    sweepBuckets(now, 2 * added);
    sweepReservations(now, 2 * added);
    added = 0;
  };
}

type Place = readonly SQLInputValue[];

/** Removes what has left from the next rows of a table, from anywhere on; behind its last row it begins again. */
function sweepTable(
  database: DatabaseSync,
  table: string,
  key: string,
  start: Place,
): (now: number, rows: number) => void {
  const columns = key.slice(1, -1);
  const place = `(${start.map(() => "?").join(", ")})`;
  const findLast = database.prepare(
    `select ${columns} from ${table} where ${key} > ${place} order by ${columns} limit 1 offset ?`,
  );
  const drop = database.prepare(
    `delete from ${table} where ${key} > ${place} and ${key} <= ${place} and leaves_at <= ?`,
  );
  // bytes come behind every text
  const end = start.map((_, index) => (index === 0 ? new Uint8Array() : 0));
  let from: Place = [randomBytes(6).toString("base64url"), ...start.slice(1)];
  return (now, rows) => {
    const last = findLast.get(...from, rows - 1);
    drop.run(...from, ...(last === undefined ? end : Object.values(last)), now);
    from = last === undefined ? start : Object.values(last);
  };
}
