import { canonicalDigest } from "@forego/core";
import type { JSONRPCRequest, MessageExtraInfo } from "@modelcontextprotocol/sdk/types.js";
import { property } from "../json-rpc.ts";

/**
 * Requests that were put off until their client makes them again with answers, as 2026-07-28 asks people: the state
 * that a client sends back names what its request goes on with. It counts once, and for the same request of the same
 * identity only.
 */
export interface Rounds<TRound> {
  /** Puts a request off; answers with the state. */
  putOff(asker: Asker, round: TRound): string;
  /** What a request goes on with: `undefined` for one that begins, `"unknown"` for one with a state that does not count. */
  resume(asker: Asker): TRound | "unknown" | undefined;
  /** Whether any request is put off. */
  isWaiting(): boolean;
}

/** A request, and what is known of whoever sent it. */
export interface Asker {
  readonly request: JSONRPCRequest;
  readonly extra: MessageExtraInfo | undefined;
}

/** The most requests that a conversation can have put off; the oldest is forgotten. */
const maxRounds = 1000;

/** Remembers requests for as long as people may take to answer. */
export function createRounds<TRound>(waitMs: number): Rounds<TRound> {
  const open = new Map<string, { readonly digest: string; readonly round: TRound; readonly until: number }>();

  const forgetOld = (): void => {
    for (const [state, { until }] of open) {
      if (open.size <= maxRounds && until > performance.now()) return;
      open.delete(state);
    }
  };

  return {
    putOff(asker, round) {
      const state = crypto.randomUUID();
      open.set(state, { digest: digestOf(asker), round, until: performance.now() + waitMs });
      forgetOld();
      return state;
    },
    resume(asker) {
      const state = property(asker.request.params, "requestState");
      if (state === undefined) return undefined;
      forgetOld();
      const known = typeof state === "string" ? open.get(state) : undefined;
      // fail closed: answers belong to the request that they were asked for, and to whoever was asked
      if (known === undefined || known.digest !== digestOf(asker)) return "unknown";
      open.delete(state as string);
      return known.round;
    },
    isWaiting() {
      forgetOld();
      return open.size > 0;
    },
  };
}

/** What every token says anew (RFC 7519, section 4.1): one that was renewed in between is of the same identity. */
const ofOneToken: ReadonlySet<string> = new Set(["exp", "iat", "nbf", "jti"]);

/** What a request asks for, and for whom: a token may be another by then, but not what it says of them. */
function digestOf({ request: { method, params }, extra }: Asker): string {
  const asked = ["name", "uri", "arguments", "task"].map((name) => property(params, name) ?? null);
  const { clientId, scopes, extra: claims } = extra?.authInfo ?? {};
  const said = JSON.stringify(claims ?? null, (name, value) => (ofOneToken.has(name) ? undefined : value));
  return canonicalDigest(JSON.parse(JSON.stringify([method, asked, clientId, scopes, JSON.parse(said)])));
}
