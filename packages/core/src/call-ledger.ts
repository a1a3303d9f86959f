import type { Clock } from "./clock.ts";
import type { Evaluation } from "./evaluate-input.ts";
import { type Json, sameJson } from "./json-snapshot.ts";
import type { PreparedCall } from "./prepare-call.ts";

/** What makes two calls the same one: the same place, the same id, the same tool and the same arguments. */
export interface CallIdentity {
  /** Identity, conversation, call id, turn, server and tool, as one text. */
  readonly key: string;
  readonly args: Json;
  /** Size of the arguments, in the unit of the snapshot's limits. */
  readonly size: number;
}

/** What a guard remembers of one call. */
export interface CallEntry<TAdmission> {
  readonly decisionId: string;
  /** The decision that stands; hooks that ask again get it. */
  final: TAdmission | undefined;
  /** What was said when the call was proposed: asked the same again, the engine would say it again. */
  proposed: { readonly prepared: PreparedCall; readonly evaluation: Evaluation } | undefined;
  /** There while an admission is under way: whoever asks meanwhile waits for the same. */
  waiting: Waiter<TAdmission>[] | undefined;
}

/** Is called with the admission that it waits for. */
export type Waiter<TAdmission> = (admission: TAdmission) => void;

interface Kept<TAdmission> extends CallIdentity {
  readonly number: number;
  readonly expiresAt: number;
  readonly entry: CallEntry<TAdmission>;
}

/** Bounds of the ledger. A call that has left it is decided anew. */
export interface LedgerLimits {
  /** Milliseconds that a call is remembered. */
  readonly ttlMs: number;
  /** How many of the latest calls are remembered. */
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

/** The entry of a call that nothing is known of. */
export function createEntry<TAdmission>(decisionId: string): CallEntry<TAdmission> {
  return { decisionId, final: undefined, proposed: undefined, waiting: undefined };
}

/** Makes an empty ledger. Arguments are compared whole, not by digest: strings are shared, so it costs no copy. */
export function createCallLedger<TAdmission>(
  clock: Clock,
  newId: () => string,
  limits: LedgerLimits = ledgerLimits,
): CallLedger<TAdmission> {
  const calls = new Map<string, readonly Kept<TAdmission>[]>();
  // calls by their numbers, round and round: the oldest is found at once, where a Map walks over all that has left it
  const ring: (Kept<TAdmission> | undefined)[] = [];
  let oldest = 0;
  let next = 0;
  let size = 0;

  const find = (call: CallIdentity) => calls.get(call.key)?.find((kept) => sameJson(kept.args, call.args));

  const remove = (gone: Kept<TAdmission>): void => {
    const rest = calls.get(gone.key)?.filter((kept) => kept !== gone) ?? [];
    if (rest.length === 0) calls.delete(gone.key);
    else calls.set(gone.key, rest);
    ring[gone.number % limits.maxCalls] = undefined;
    size -= gone.size;
  };

  const makeRoom = (needed: number): void => {
    while (oldest < next && (next - oldest >= limits.maxCalls || size + needed > limits.maxSize)) {
      const kept = ring[oldest % limits.maxCalls];
      if (kept !== undefined) remove(kept);
      oldest += 1;
    }
  };

  const keep = (call: CallIdentity, expiresAt: number): CallEntry<TAdmission> => {
    makeRoom(call.size);
    const { key, args } = call;
    const entry = createEntry<TAdmission>(newId());
    const kept = { key, args, size: call.size, number: next, expiresAt, entry };
    const others = calls.get(key);
    calls.set(key, others === undefined ? [kept] : [...others, kept]);
    ring[next % limits.maxCalls] = kept;
    next += 1;
    size += call.size;
    return entry;
  };

  return {
    entry(call) {
      const now = clock.monotonic();
      const found = find(call);
      if (found !== undefined && found.expiresAt > now) return found.entry;
      if (found !== undefined) remove(found);
      return keep(call, now + limits.ttlMs);
    },
    forget(call) {
      const found = find(call);
      if (found !== undefined) remove(found);
    },
  };
}
