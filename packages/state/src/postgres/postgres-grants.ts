import { checkGrant, type Grant, type GrantStore } from "@forego/core";
import { digestKey } from "../digest-key.ts";
import { grantText } from "../grant-text.ts";
import { personText } from "../person-text.ts";
import type { PostgresPool } from "./ask-database.ts";

/** The table of grants, and the function that keeps one. */
export function grantsSchema(schema: string): string {
  return `
create table if not exists ${schema}.grants (
  id text primary key,
  tenant text not null,
  person text not null,
  content text not null,
  expires_at bigint not null
);
create index if not exists grants_expire on ${schema}.grants (expires_at);
create index if not exists grants_live on ${schema}.grants (tenant, person, expires_at);

create or replace function ${schema}.keep_grant(
  the_id text, of_tenant text, of_person text, the_content text, expires bigint
) returns void language sql volatile as $$
  delete from ${schema}.grants where ctid = any (array(
    select ctid from ${schema}.grants where expires_at <= ${schema}.now_ms() order by expires_at limit 100 for update skip locked));
  insert into ${schema}.grants values (the_id, of_tenant, of_person, the_content, expires)
    on conflict (id) do update set
      tenant = excluded.tenant, person = excluded.person, content = excluded.content, expires_at = excluded.expires_at
$$;
`;
}

const maxLive = 100;

/** Grants in a Postgres database. Each method is one statement. */
export function createPostgresGrants(pool: PostgresPool, schema: string): GrantStore {
  return {
    async grant(grant) {
      checkGrant(grant);
      const { tenant, user, expiresAt } = grant;
      const keys = [grantText(grant), tenant, personText(user)].map(digestKey);
      const values = [...keys, JSON.stringify(grant), expiresAt];
      await pool.query(`select ${schema}.keep_grant($1, $2, $3, $4, $5)`, values);
    },
    async revoke(grant) {
      const { rows } = await pool.query(
        `delete from ${schema}.grants where id = $1 and expires_at > ${schema}.now_ms() returning 1`,
        [digestKey(grantText(grant))],
      );
      return rows.length === 1;
    },
    async live(tenant, user) {
      const people = [personText(undefined), personText(user)].map(digestKey);
      const { rows } = await pool.query(
        `select content from ${schema}.grants
           where tenant = $1 and person = any ($2) and expires_at > ${schema}.now_ms()
           order by expires_at desc limit ${maxLive}`,
        [digestKey(tenant), people],
      );
      return rows.map((row) => JSON.parse((row as { readonly content: string }).content) as Grant);
    },
  };
}
