import { type Authenticate, bearerKeys, bearerToken, type Caller } from "@forego/authzen";
import { ForegoError, type Identity } from "@forego/core";
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import type { AuthZenConfig, CallerTokenConfig, KeyConfig } from "./authzen-config.ts";

/** Signatures that only the issuer can make: whoever can check them cannot make them. */
const algorithms = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];

/**
 * Says who asks: a caller by its key, or by a token of the issuer.
 *
 * @throws ForegoError FG4502 when there is not one place for the keys of the issuer.
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

function callerOf(id: string, { tenant, user, speaks_for, subject_issuer }: KeyConfig): Caller {
  const identity = { ...(tenant === undefined ? {} : { tenant }), ...(user === undefined ? {} : { user }) };
  return { id, identity: identity as Identity, ...speaking({ speaks_for, subject_issuer }) };
}

function speaking({ speaks_for, subject_issuer }: Pick<KeyConfig, "speaks_for" | "subject_issuer">) {
  return {
    ...(speaks_for === undefined ? {} : { speaksFor: speaks_for }),
    ...(subject_issuer === undefined ? {} : { subjectIssuer: subject_issuer }),
  };
}

function verifyTokens(config: CallerTokenConfig): Authenticate {
  const { issuer, audience, jwks, jwksUrl } = config;
  if ((jwks === undefined) === (jwksUrl === undefined)) {
    const fix = "give `auth.tokens` either `jwksUrl` or `jwks`.";
    throw new ForegoError("FG4502", "Tokens cannot be checked without one place for keys.", fix);
  }
  const remote = jwksUrl === undefined ? undefined : createRemoteJWKSet(new URL(jwksUrl));
  const local = createLocalJWKSet({ keys: [], ...jwks } as JSONWebKeySet);
  // fail closed: a token that never ends, or is for somebody else, is none
  const options = { issuer, audience, algorithms, requiredClaims: ["exp", "sub"] };
  return async (request) => {
    const token = bearerToken(request) ?? "";
    const { payload } = await (remote === undefined
      ? jwtVerify(token, local, options)
      : jwtVerify(token, remote, options));
    const identity = identityOf(payload, config);
    const id = JSON.stringify([issuer, payload.sub]);
    return { id, identity, ...speaking(config) };
  };
}

function identityOf(payload: JWTPayload, { issuer, claims = {} }: CallerTokenConfig): Identity {
  const { tenant, user = "sub", groups, data_classifications_authorized: classes } = claims;
  return {
    ...(tenant === undefined ? {} : { tenant: { id: readClaim(payload, tenant) as string } }),
    user: {
      id: readClaim(payload, user) as string,
      issuer,
      ...(groups === undefined ? {} : { groups: readClaim(payload, groups) as readonly string[] }),
      ...(classes === undefined
        ? {}
        : { data_classifications_authorized: readClaim(payload, classes) as readonly string[] }),
    },
  };
}

function readClaim(payload: unknown, claim: string | readonly string[]): unknown {
  let value = payload;
  for (const step of typeof claim === "string" ? [claim] : claim) {
    const isThere = typeof value === "object" && value !== null && Object.hasOwn(value, step);
    // fail closed: a claim that is not there is not read as an empty one
    if (!isThere) throw new Error(`the token has no claim ${JSON.stringify(claim)}`);
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
}
