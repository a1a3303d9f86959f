import type { DatabaseSync } from "node:sqlite";
import { checkGrant, type Grant, type GrantStore } from "@forego/core";
import { digestKey } from "../digest-key.ts";
import { grantText } from "../grant-text.ts";
import { personText } from "../person-text.ts";

const schema = `
  create table if not exists forego_grants (
    id text primary key not null,
    tenant text not null,
    person text not null,
    content text not null,
    expires_at integer not null
  ) strict, without rowid;
  create index if not exists forego_grants_live on forego_grants (tenant, person, expires_at);
`;

const maxLive = 100;

/** Grants in a table of a database. Each method is one statement. */
export function createSqliteGrants(database: DatabaseSync, now: () => number): GrantStore {
  database.exec(schema);
  const sweep = database.prepare("delete from forego_grants where expires_at <= ?");
  const insert = database.prepare("insert or replace into forego_grants values (?, ?, ?, ?, ?)");
  const remove = database.prepare("delete from forego_grants where id = ? and expires_at > ?");
  const live = database.prepare(
    `select content from forego_grants where tenant = ? and person in (?, ?) and expires_at > ?
       order by expires_at desc limit ${maxLive}`,
  );

  return {
    grant(grant) {
      checkGrant(grant);
      const { tenant, user, expiresAt } = grant;
      // people give them: there are few
      sweep.run(now());
      const keys = [grantText(grant), tenant, personText(user)].map(digestKey) as [string, string, string];
      insert.run(...keys, JSON.stringify(grant), expiresAt);
    },
    revoke: (grant) => remove.run(digestKey(grantText(grant)), now()).changes === 1,
    live(tenant, user) {
      const people = [personText(undefined), personText(user)].map(digestKey) as [string, string];
      const rows = live.all(digestKey(tenant), ...people, now()) as unknown as readonly { content: string }[];
      return rows.map(({ content }) => JSON.parse(content) as Grant);
    },
  };
}
