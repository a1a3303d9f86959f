import type { Clock } from "./clock.ts";
import { type Json, sameJson } from "./json-snapshot.ts";

/** What makes two calls the same one: the same place, the same id, the same tool and the same arguments. */
export interface CallIdentity {
  /** Tenant, requester, conversation, call id, turn, server and tool, as one text. */
  readonly key: string;
  readonly args: Json;
  /** Size of the arguments, in the unit of the snapshot's limits. */
  readonly size: number;
}

/** What a guard remembers of one call. */
export interface CallEntry<TAdmission> {
  readonly decisionId: string;
  /** The decision that stands; hooks that ask again get it. */
  final?: TAdmission;
  /** An admission under way: whoever asks meanwhile waits for the same. */
  inFlight?: Promise<TAdmission>;
}

interface Kept<TAdmission> {
  readonly args: Json;
  readonly size: number;
  readonly expiresAt: number;
  readonly entry: CallEntry<TAdmission>;
}

/** Bounds of the ledger. A call that has left it is decided anew. */
export interface LedgerLimits {
  /** Milliseconds that a call is remembered. */
  readonly ttlMs: number;
  readonly maxCalls: number;
  /** Sum of the sizes of all remembered arguments. */
  readonly maxSize: number;
}

/** Ten minutes, 10,000 calls, 64 Mi characters of arguments. */
export const ledgerLimits: LedgerLimits = { ttlMs: 600_000, maxCalls: 10_000, maxSize: 64 * 1024 * 1024 };

/** Remembers calls for a while, so that an approval hook, an executor and a retry share one decision. */
export interface CallLedger<TAdmission> {
  /** The entry of a call, made with a new decision id when there is none. */
  entry(call: CallIdentity): CallEntry<TAdmission>;
  /** Forgets a call: whoever comes next with it is decided anew, under a new id. */
  forget(call: CallIdentity): void;
}

/** Makes an empty ledger. Arguments are compared whole, not by digest: strings are shared, so it costs no copy. */
export function createCallLedger<TAdmission>(
  clock: Clock,
  newId: () => string,
  limits: LedgerLimits = ledgerLimits,
): CallLedger<TAdmission> {
  const calls = new Map<string, Kept<TAdmission>[]>();
  let count = 0;
  let size = 0;

  const remove = (key: string, gone: (kept: Kept<TAdmission>) => boolean): void => {
    const kept = calls.get(key) ?? [];
    const rest = kept.filter((one) => !gone(one));
    for (const one of kept) if (gone(one)) size -= one.size;
    count -= kept.length - rest.length;
    if (rest.length === 0) calls.delete(key);
    else calls.set(key, rest);
  };

  const makeRoom = (): void => {
    for (const key of calls.keys()) {
      if (count <= limits.maxCalls && size <= limits.maxSize) return;
      remove(key, () => true);
    }
  };

  return {
    entry(call) {
      const now = clock.monotonic();
      const found = calls.get(call.key)?.find((kept) => sameJson(kept.args, call.args));
      if (found !== undefined && found.expiresAt > now) return found.entry;
      if (found !== undefined) remove(call.key, (kept) => kept === found);
      const entry: CallEntry<TAdmission> = { decisionId: newId() };
      const kept = { args: call.args, size: call.size, expiresAt: now + limits.ttlMs, entry };
      calls.set(call.key, [...(calls.get(call.key) ?? []), kept]);
      count += 1;
      size += call.size;
      makeRoom();
      return entry;
    },
    forget: (call) => remove(call.key, (kept) => sameJson(kept.args, call.args)),
  };
}
