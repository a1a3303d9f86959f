import type { DatabaseSync } from "node:sqlite";
import type { SessionStore } from "@forego/core";
import { digestKey } from "../digest-key.ts";
import { completeAddition, idleMs, sessionText } from "../session-addition.ts";

const max = Number.MAX_SAFE_INTEGER;

const schema = `
  create table if not exists forego_sessions (
    id text primary key not null,
    first_seen integer not null,
    turns integer not null,
    tool_calls integer not null,
    tokens integer not null,
    classes text not null,
    expires_at integer not null
  ) strict, without rowid;
  create index if not exists forego_sessions_expire on forego_sessions (expires_at);
`;

interface SessionRow {
  readonly first_seen: number;
  readonly turns: number;
  readonly tool_calls: number;
  readonly tokens: number;
  readonly classes: string;
}

/** What the store needs of the file that it lies in. */
export interface SqliteSessionsOptions {
  readonly database: DatabaseSync;
  readonly now: () => number;
  readonly asOneStep: <TResult>(work: () => TResult) => TResult;
}

/** Conversations in a table of a database. */
export function createSqliteSessions({ database, now, asOneStep }: SqliteSessionsOptions): SessionStore {
  database.exec(schema);
  const find = database.prepare("select * from forego_sessions where id = ? and expires_at > ?");
  const add = database.prepare(
    `insert into forego_sessions values (?, ?, ?, ?, ?, ?, ?) on conflict do update set
       turns = min(${max}, turns + excluded.turns),
       tool_calls = min(${max}, tool_calls + excluded.tool_calls),
       tokens = min(${max}, tokens + excluded.tokens),
       classes = excluded.classes,
       expires_at = excluded.expires_at`,
  );
  const sweep = database.prepare(
    `delete from forego_sessions where id in
       (select id from forego_sessions where expires_at <= ? order by expires_at limit 8)`,
  );
  const drop = database.prepare("delete from forego_sessions where id = ? and expires_at <= ?");

  const findRow = (id: string) => find.get(id, now()) as SessionRow | undefined;
  const classesOf = (row: SessionRow | undefined) => (row ? (JSON.parse(row.classes) as string[]) : []);

  return {
    read(key) {
      const row = findRow(digestKey(sessionText(key)));
      if (row === undefined) return undefined;
      const { turns, tool_calls: toolCalls, tokens, first_seen } = row;
      return {
        turns,
        toolCalls,
        tokens,
        ageMs: Math.max(0, now() - first_seen),
        dataClasses: classesOf(row),
      };
    },
    add(key, addition) {
      const { turns, toolCalls, tokens, dataClasses } = completeAddition(addition);
      const id = digestKey(sessionText(key));
      asOneStep(() => {
        sweep.run(now());
        drop.run(id, now());
        const classes = JSON.stringify([...new Set([...classesOf(findRow(id)), ...dataClasses])]);
        add.run(id, now(), turns, toolCalls, tokens, classes, now() + idleMs);
      });
    },
  };
}
