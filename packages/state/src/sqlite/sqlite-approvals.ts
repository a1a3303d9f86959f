import type { DatabaseSync } from "node:sqlite";
import {
  type AnswerOutcome,
  type ApprovalRequest,
  type ApprovalState,
  type ApprovalStore,
  grantsNeeded,
} from "@forego/core";
import { digestKey } from "../digest-key.ts";

const schema = `
  create table if not exists forego_approvals (
    binding text primary key not null,
    id text unique not null,
    request text not null,
    state text not null,
    needed integer not null,
    expires_at integer not null
  ) strict, without rowid;
  create index if not exists forego_approvals_expire on forego_approvals (expires_at);
  create table if not exists forego_approvers (
    id text not null,
    person text not null,
    expires_at integer not null,
    primary key (id, person)
  ) strict, without rowid;
  create index if not exists forego_approvers_expire on forego_approvers (expires_at);
`;

/** How many expired rows go when a request is opened. */
const sweptAtOnce = 8;

interface LiveRow {
  readonly request: string;
  readonly state: ApprovalState;
  readonly needed: number;
  readonly expires_at: number;
}

/** What the store needs of the file that it lies in. */
export interface SqliteApprovalsOptions {
  readonly database: DatabaseSync;
  readonly now: () => number;
  readonly asOneStep: <TResult>(work: () => TResult) => TResult;
}

/** Approvals in tables of a database, which outlive the process. */
export function createSqliteApprovals({ database, now, asOneStep }: SqliteApprovalsOptions): ApprovalStore {
  database.exec(schema);
  const insert = database.prepare("insert into forego_approvals values (?, ?, ?, ?, ?, ?)");
  const byBinding = database.prepare("select * from forego_approvals where binding = ? and expires_at > ?");
  const byId = database.prepare("select * from forego_approvals where id = ? and expires_at > ?");
  const setState = database.prepare("update forego_approvals set state = ? where id = ?");
  const addApprover = database.prepare("insert or ignore into forego_approvers values (?, ?, ?)");
  const countApprovers = database.prepare("select count(*) as count from forego_approvers where id = ?");
  const drop = database.prepare("delete from forego_approvals where binding = ?");
  const sweep = database.prepare(
    `delete from forego_approvals where binding in
       (select binding from forego_approvals where expires_at <= ? limit ${sweptAtOnce})`,
  );
  const sweepApprovers = database.prepare(
    `delete from forego_approvers where (id, person) in
       (select id, person from forego_approvers where expires_at <= ? limit ${sweptAtOnce})`,
  );

  const liveByBinding = (binding: string) => byBinding.get(digestKey(binding), now()) as LiveRow | undefined;
  const liveById = (id: string) => byId.get(digestKey(id), now()) as LiveRow | undefined;
  const requestOf = ({ request }: LiveRow) => JSON.parse(request) as ApprovalRequest;

  const keep = (request: ApprovalRequest, state: ApprovalState): ApprovalRequest => {
    sweep.run(now());
    sweepApprovers.run(now());
    const live = liveByBinding(request.binding);
    if (live !== undefined) return requestOf(live);
    const binding = digestKey(request.binding);
    drop.run(binding);
    const { id, expiresAt } = request;
    insert.run(binding, digestKey(id), JSON.stringify(request), state, grantsNeeded(request), expiresAt);
    return request;
  };

  const grant = (id: string, { needed, expires_at }: LiveRow, by: string): AnswerOutcome => {
    const { changes } = addApprover.run(id, digestKey(by), expires_at);
    // fail closed: a quorum is of different people
    if (changes === 0) return "granted_before";
    const { count } = countApprovers.get(id) as { readonly count: number };
    if (count >= needed) setState.run("granted", id);
    return "taken";
  };

  const answer = (id: string, granted: boolean, by: string): AnswerOutcome => {
    const live = liveById(id);
    // fail closed: the first answer stands
    if (live?.state !== "pending") return "not_open";
    if (granted) return grant(digestKey(id), live, by);
    setState.run("refused", digestKey(id));
    return "taken";
  };

  const take = (binding: string, given: ApprovalState): ApprovalRequest | undefined => {
    const live = liveByBinding(binding);
    // fail closed: an approval serves one admission
    if (live?.state !== given) return undefined;
    drop.run(digestKey(binding));
    return requestOf(live);
  };

  return {
    open: (request) => asOneStep(() => keep(request, "pending")),
    get(id) {
      const live = liveById(id);
      return live && requestOf(live);
    },
    state: (binding) => liveByBinding(binding)?.state,
    answer: (id, granted, by) => asOneStep(() => answer(id, granted, by)),
    take: (binding, given) => asOneStep(() => take(binding, given)),
    giveBack: (request) => void asOneStep(() => keep(request, "granted")),
  };
}
