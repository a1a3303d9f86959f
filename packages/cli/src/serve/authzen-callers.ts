import { type Authenticate, bearerKeys, bearerToken, type Caller } from "@forego/authzen";
import type { Identity } from "@forego/core";
import type { AuthZenConfig, CallerTokenConfig, KeyConfig } from "./authzen-config.ts";
import { defined } from "./served-guard.ts";
import { knowIssuer } from "./token-issuer.ts";

/**
 * Says who asks: a caller by its key, or by a token of the issuer.
 *
 * @throws ForegoError FG4502 when there is not one place for the keys of the issuer, FG4503 when two callers have the
 * same key.
 */
export function knowCallers({ keys = {}, tokens }: AuthZenConfig["auth"]): Authenticate {
  const byKey = bearerKeys(
    Object.entries(keys).map(([id, key]) => ({ ...callerOf(id, key), sha256: key.sha256 })),
  );
  const byToken = tokens === undefined ? undefined : verifyTokens(tokens);
  return async (request) => {
    try {
      return await byKey(request);
    } catch (cause) {
      // fail closed: who is known neither way is not known
      if (byToken === undefined) throw cause;
      return await byToken(request);
    }
  };
}

function callerOf(id: string, { tenant, user, ...config }: KeyConfig): Caller {
  const identity = { ...(tenant === undefined ? {} : { tenant }), ...(user === undefined ? {} : { user }) };
  return { id, identity: identity as Identity, ...speaking(config) };
}

type Speaking = Pick<KeyConfig, "speaks_for" | "subject_issuer" | "may_answer">;

function speaking({ speaks_for, subject_issuer, may_answer }: Speaking) {
  return defined({ speaksFor: speaks_for, subjectIssuer: subject_issuer, mayAnswer: may_answer });
}

function verifyTokens(config: CallerTokenConfig): Authenticate {
  // callers are told apart by what the issuer calls them
  const issuer = knowIssuer(config, "FG4502", ["sub"]);
  return async (request) => {
    const payload = await issuer.verify(bearerToken(request) ?? "");
    const id = JSON.stringify([config.issuer, payload.sub]);
    return { id, identity: issuer.identityOf(payload), ...speaking(config) };
  };
}
