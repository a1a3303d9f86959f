import { isDeepStrictEqual } from "node:util";
import type { JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { property } from "./json-rpc.ts";

/**
 * Requests that were put off until their client makes them again with answers, as 2026-07-28 asks people: the state
 * that a client sends back names what its request goes on with. It counts once, and for the same request only.
 */
export interface Rounds<TRound> {
  /** Puts a request off; answers with the state. */
  putOff(request: JSONRPCRequest, round: TRound): string;
  /** What a request goes on with: `undefined` for one that begins, `"unknown"` for one with a state that does not count. */
  resume(request: JSONRPCRequest): TRound | "unknown" | undefined;
}

/** The most requests that a conversation can have put off; the oldest is forgotten. */
const maxRounds = 1000;

/** Remembers requests for as long as people may take to answer. */
export function createRounds<TRound>(waitMs: number): Rounds<TRound> {
  const open = new Map<string, { request: JSONRPCRequest; round: TRound; until: number }>();

  const forgetOld = (): void => {
    for (const [state, { until }] of open) {
      if (open.size <= maxRounds && until > performance.now()) return;
      open.delete(state);
    }
  };

  return {
    putOff(request, round) {
      const state = crypto.randomUUID();
      open.set(state, { request, round, until: performance.now() + waitMs });
      forgetOld();
      return state;
    },
    resume(request) {
      const state = property(request.params, "requestState");
      if (state === undefined) return undefined;
      forgetOld();
      const known = typeof state === "string" ? open.get(state) : undefined;
      // fail closed: answers belong to the request that they were asked for
      if (known === undefined || !isDeepStrictEqual(askedFor(known.request), askedFor(request)))
        return "unknown";
      open.delete(state as string);
      return known.round;
    },
  };
}

function askedFor({ method, params }: JSONRPCRequest): readonly unknown[] {
  return [method, ...["name", "uri", "arguments"].map((key) => property(params, key))];
}
