// A process of its own with a guard over shared stores: node test/support/guard-worker.ts <release> <kind> <place>
//
// Reads orders as lines of JSON and answers each with a line, so that a test can let several work at once.

import { breakGlass } from "@forego/core";
import { loadGuard, verified } from "forego";
import { obeyOrders } from "./obey-orders.ts";
import { openPlace, type StoreKind } from "./shared-stores.ts";

/** Who calls, or answers. */
export interface Person {
  readonly user: string;
  readonly groups?: readonly string[];
}

/** What a worker is told to do: to make calls, all at once, or to answer a request. */
export type GuardOrder =
  | { readonly calls: readonly GuardedCall[] }
  | { readonly answer: string; readonly by: Person };

/** A call; it returns nothing. */
export interface GuardedCall extends Person {
  readonly tool: string;
  readonly args: Readonly<Record<string, number | string>>;
  readonly callId: string;
  readonly conversationId?: string;
}

/** What became of a call, or of an answer. */
export interface GuardAnswer {
  /** Of an answer: `granted`, or why it was not. */
  readonly effect: string;
  readonly reasons: readonly string[];
  readonly requests: readonly string[];
}

const [dir = "", kind, place = ""] = process.argv.slice(2);
const { close, grants, ...stores } = await openPlace(kind as StoreKind, place);
const guard = await loadGuard<Person>(dir, {
  ...stores,
  agent: { id: "desk-1", scope: "support" },
  identify: ({ user, groups = [] }) => verified({ user: { id: user, groups } }),
  facts: { break_glass: breakGlass(grants) },
  deadlineMs: 60_000,
});

async function make({ user, groups = [], ...call }: GuardedCall): Promise<GuardAnswer> {
  const admission = await guard.admit({ ...call, host: { user, groups } });
  const { decision, requests } = admission;
  if (decision.allow) await guard.settle(admission, { result: "done" });
  return { effect: decision.effect, reasons: decision.reasons, requests: requests.map(({ id }) => id) };
}

async function answer(id: string, by: Person): Promise<GuardAnswer> {
  const receipt = await guard.answer(id, true, by);
  return { effect: receipt.accepted ? "granted" : receipt.problem, reasons: [], requests: [] };
}

await obeyOrders(async (order: GuardOrder) =>
  "calls" in order ? Promise.all(order.calls.map(make)) : [await answer(order.answer, order.by)],
);
await close();
