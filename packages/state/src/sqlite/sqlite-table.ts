import type { DatabaseSync } from "node:sqlite";
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
  create index if not exists forego_reservations_open on forego_reservations (reserved_at) where settled = 0;
`;

interface ReservationRow {
  readonly reserved_at: number;
  readonly leaves_at: number;
  readonly settled: number;
  readonly content: string;
}

interface BucketRow {
  readonly counter: string;
  readonly bucket: number;
  readonly leaves_at: number;
}

interface SweptRow {
  readonly id: string;
  readonly leaves_at: number;
}

interface Content {
  readonly id: string;
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
  const find = database.prepare("select * from forego_reservations where id = ?");
  const keep = database.prepare("insert or replace into forego_reservations values (?, ?, ?, 0, ?)");
  const settle = database.prepare("update forego_reservations set settled = 1, content = '' where id = ?");
  const forget = database.prepare("delete from forego_reservations where id = ?");
  const open = database.prepare(
    `select * from forego_reservations
       where settled = 0 and reserved_at <= ? and leaves_at > ? order by reserved_at limit ?`,
  );
  const sweep = createSweep(database);

  return {
    used: (key, from) => (used.get(key, from) as { readonly used: number } | undefined)?.used ?? 0,
    add: (key, bucket, leavesAt, amount) => void add.run(key, bucket, leavesAt, amount),
    find(idKey) {
      const row = find.get(idKey) as ReservationRow | undefined;
      return row && readRow(row);
    },
    keep(idKey, { reservedAt, leavesAt, id, charges }) {
      keep.run(idKey, reservedAt, leavesAt, JSON.stringify({ id, charges } satisfies Content));
    },
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

/** One in so many reservations sweeps; it then looks at four times as many rows of either table. */
const sweepEvery = 16;

/** Goes through both tables round and round, a part at a time: no index has to be kept for it. */
function createSweep(database: DatabaseSync): (now: number) => void {
  const nextBuckets = database.prepare(
    "select counter, bucket, leaves_at from forego_buckets where (counter, bucket) > (?, ?) order by 1, 2 limit ?",
  );
  const dropBucket = database.prepare("delete from forego_buckets where counter = ? and bucket = ?");
  const nextReservations = database.prepare(
    "select id, leaves_at from forego_reservations where id > ? order by id limit ?",
  );
  const dropReservation = database.prepare("delete from forego_reservations where id = ?");
  let count = 0;
  let bucket: readonly [counter: string, bucket: number] = ["", 0];
  let reservation = "";

  const sweepBuckets = (now: number, max: number): void => {
    const rows = nextBuckets.all(...bucket, max) as unknown as readonly BucketRow[];
    for (const row of rows) if (row.leaves_at <= now) dropBucket.run(row.counter, row.bucket);
    const last = rows.length < max ? undefined : rows.at(-1);
    bucket = last === undefined ? ["", 0] : [last.counter, last.bucket];
  };

  const sweepReservations = (now: number, max: number): void => {
    const rows = nextReservations.all(reservation, max) as unknown as readonly SweptRow[];
    for (const row of rows) if (row.leaves_at <= now) dropReservation.run(row.id);
    reservation = rows.length < max ? "" : (rows.at(-1)?.id ?? "");
  };

  return (now) => {
    count = (count + 1) % sweepEvery;
    if (count !== 0) return;
    sweepBuckets(now, 4 * sweepEvery);
    sweepReservations(now, 4 * sweepEvery);
  };
}
