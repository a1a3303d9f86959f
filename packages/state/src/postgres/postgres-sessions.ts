import type { SessionStore } from "@forego/core";
import { digestKey } from "../digest-key.ts";
import { completeAddition, idleMs, sessionText } from "../session-addition.ts";
import type { PostgresPool } from "./ask-database.ts";

const max = Number.MAX_SAFE_INTEGER;

/** The table of conversations, and the function that adds to one. Classes are texts of JSON. */
export function sessionsSchema(schema: string): string {
  return `
create table if not exists ${schema}.sessions (
  id text primary key,
  first_seen bigint not null,
  turns bigint not null,
  tool_calls bigint not null,
  tokens bigint not null,
  classes text[] not null,
  expires_at bigint not null
);
create index if not exists sessions_expire on ${schema}.sessions (expires_at);

create or replace function ${schema}.add_session(
  the_id text, more_turns bigint, more_calls bigint, more_tokens bigint, more_classes text[], idle bigint
) returns void language plpgsql as $$
declare
  ms bigint := ${schema}.now_ms();
begin
  delete from ${schema}.sessions where ctid = any (array(
    select ctid from ${schema}.sessions where expires_at <= ms order by expires_at limit 8 for update skip locked));
  delete from ${schema}.sessions where id = the_id and expires_at <= ms;
  insert into ${schema}.sessions as known
    values (the_id, ms, more_turns, more_calls, more_tokens, more_classes, ms + idle)
    on conflict (id) do update set
      turns = least(${max}, known.turns + excluded.turns),
      tool_calls = least(${max}, known.tool_calls + excluded.tool_calls),
      tokens = least(${max}, known.tokens + excluded.tokens),
      classes = array(select distinct one from unnest(known.classes || excluded.classes) one),
      expires_at = greatest(known.expires_at, excluded.expires_at);
end $$;
`;
}

interface SessionRow {
  readonly turns: string;
  readonly tool_calls: string;
  readonly tokens: string;
  readonly age: string;
  readonly classes: readonly string[];
}

/** Conversations in a Postgres database. Each method is one statement. */
export function createPostgresSessions(pool: PostgresPool, schema: string): SessionStore {
  return {
    async read(key) {
      const { rows } = await pool.query(
        `select turns, tool_calls, tokens, classes, greatest(0, ms - first_seen) as age
           from ${schema}.sessions, ${schema}.now_ms() ms where id = $1 and expires_at > ms`,
        [digestKey(sessionText(key))],
      );
      const row = rows[0] as SessionRow | undefined;
      if (row === undefined) return undefined;
      return {
        turns: Number(row.turns),
        toolCalls: Number(row.tool_calls),
        tokens: Number(row.tokens),
        ageMs: Number(row.age),
        dataClasses: row.classes.map((name) => JSON.parse(name) as string),
      };
    },
    async add(key, addition) {
      const { turns, toolCalls, tokens, dataClasses } = completeAddition(addition);
      const classes = [...new Set(dataClasses)].map((name) => JSON.stringify(name));
      const values = [digestKey(sessionText(key)), turns, toolCalls, tokens, classes, idleMs];
      await pool.query(`select ${schema}.add_session($1, $2, $3, $4, $5, $6)`, values);
    },
  };
}
