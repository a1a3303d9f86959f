import type { Evaluation } from "../evaluation/evaluation.ts";
import type { CallIdentity } from "../input/call-identity.ts";
import type { PreparedCall } from "../input/prepare-call.ts";
import { sameJson } from "../json/json-snapshot.ts";
import type { Clock } from "../steps/clock.ts";

/** What a guard remembers of one call. */
export interface CallEntry<TAdmission> {
  readonly decisionId: string;
  /** The decision that stands; hooks that ask again get it. */
  final: TAdmission | undefined;
  /**
   * What was said when the call was proposed: asked the same again, the engine would say it again. Kept of the latest
   * calls only, since it may be large.
   */
  proposed: { readonly prepared: PreparedCall; readonly evaluation: Evaluation } | undefined;
  /** There while an admission is under way: whoever asks meanwhile waits for the same. */
  waiting: Waiter<TAdmission>[] | undefined;
}

/** Is called with the admission that it waits for. */
export type Waiter<TAdmission> = (admission: TAdmission) => void;

interface Kept<TAdmission> extends CallIdentity {
  /** With what has come to be kept of the call since. */
  size: number;
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

/** Of how many of the latest calls it is kept what was said when they were proposed. */
const maxProposed = 100;

/** Remembers calls for a while, so that an approval hook, an executor and a retry share one decision. */
export interface CallLedger<TAdmission> {
  /** The entry of a call, made with a new decision id when there is none. */
  entry(call: CallIdentity): CallEntry<TAdmission>;
  /** Counts what is kept of a call beside its arguments, in the same unit; calls may be forgotten for it. */
  grow(call: CallIdentity, by: number): void;
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

  const makeRoom = (needed: number, calls: number): void => {
    const now = clock.monotonic();
    for (; oldest < next; oldest += 1) {
      const kept = ring[oldest % limits.maxCalls];
      const isFull = next - oldest + calls > limits.maxCalls || size + needed > limits.maxSize;
      if (!isFull && kept !== undefined && kept.expiresAt > now) return;
      if (kept !== undefined) remove(kept);
    }
  };

  const keep = (call: CallIdentity, expiresAt: number): CallEntry<TAdmission> => {
    makeRoom(call.size, 1);
    const before = ring[(next + limits.maxCalls - maxProposed) % limits.maxCalls];
    if (before !== undefined) before.entry.proposed = undefined;
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
    grow(call, by) {
      const found = find(call);
      if (found === undefined) return;
      found.size += by;
      size += by;
      makeRoom(0, 0);
    },
    forget(call) {
      const found = find(call);
      if (found !== undefined) remove(found);
    },
  };
}
