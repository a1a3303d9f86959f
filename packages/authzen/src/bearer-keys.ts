import { ForegoError } from "@forego/core";
import type { Caller } from "./caller.ts";

/** A caller, by the SHA-256 digest of its key in hexadecimal digits: the key itself is kept nowhere. */
export interface KeyedCaller extends Caller {
  readonly sha256: string;
}

/** Says who asks; rejects, which is answered with 401, when nobody has proven it. */
export type Authenticate = (request: Request) => Caller | PromiseLike<Caller>;

/** The bearer token of a request; `undefined` where there is none. */
export function bearerToken(request: Request): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}

/**
 * Knows callers by keys that they send as bearer tokens. Keys must be long and random: a digest of a word is a word.
 *
 * @throws ForegoError FG4503 when two callers have the same key.
 */
export function bearerKeys(callers: readonly KeyedCaller[]): Authenticate {
  const byDigest = new Map<string, Caller>();
  for (const caller of callers) {
    const digest = caller.sha256.toLowerCase();
    const other = byDigest.get(digest);
    // fail closed: whoever sends the key would be the one or the other, and perhaps of another tenant
    if (other !== undefined) throw sameKey(other, caller);
    byDigest.set(digest, caller);
  }
  return async (request) => {
    const token = bearerToken(request);
    const caller = token === undefined ? undefined : byDigest.get(await digestOf(token));
    // fail closed: whom nobody knows asks nothing
    if (caller === undefined) throw new Error("no caller has this key");
    return caller;
  };
}

function sameKey(one: Caller, other: Caller): ForegoError {
  const problem = `The callers ${JSON.stringify(one.id)} and ${JSON.stringify(other.id)} have the same key.`;
  return new ForegoError("FG4503", problem, "give each caller a key of its own.");
}

/** What is looked up says nothing of the key, however long the look takes. */
async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
