import { ForegoError, type Identity } from "@forego/core";
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";

const name = z.string().min(1);

/** Where a claim is in a token: its name, or the names on the way to it. */
const claim = z.union([name, z.array(name).min(1)]);

/** How the tokens of an issuer are verified, and what their claims say, as a configuration has it. */
export const tokenSchema = z.strictObject({
  issuer: name,
  audience: z.union([name, z.array(name).min(1)]),
  jwksUrl: z.url({ protocol: /^https?$/ }).optional(),
  jwks: z.strictObject({ keys: z.array(z.looseObject({ kty: name })).min(1) }).optional(),
  claims: z
    .strictObject({
      tenant: claim.optional(),
      user: claim.optional(),
      groups: claim.optional(),
      data_classifications_authorized: claim.optional(),
    })
    .optional(),
});

/** See {@link tokenSchema}. */
export type TokenConfig = z.infer<typeof tokenSchema>;

/** Signatures that only the issuer can make: whoever can check them cannot make them. */
const algorithms = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];

/** One issuer's tokens for one audience. */
export interface TokenIssuer {
  /** The claims of a token; rejects when it does not hold. */
  verify(token: string): Promise<JWTPayload>;
  /** Whom claims stand for, not yet marked as verified; throws when one that the configuration names is missing. */
  identityOf(claims: unknown): Identity;
}

/**
 * Knows an issuer by its keys.
 *
 * @throws ForegoError with `code` when there is not one place for the keys.
 */
export function knowIssuer(
  { issuer, audience, jwks, jwksUrl, claims = {} }: TokenConfig,
  code: `FG${string}`,
  requiredClaims: readonly string[] = [],
): TokenIssuer {
  if ((jwks === undefined) === (jwksUrl === undefined)) {
    const fix = "give the tokens either `jwksUrl` or `jwks`.";
    throw new ForegoError(code, "Tokens cannot be checked without one place for keys.", fix);
  }
  const local = createLocalJWKSet({ keys: [], ...jwks } as JSONWebKeySet);
  const remote = jwksUrl === undefined ? undefined : createRemoteJWKSet(new URL(jwksUrl));
  // fail closed: a token that never ends, or is for somebody else, is none
  const options = { issuer, audience, algorithms, requiredClaims: ["exp", ...requiredClaims] };
  return {
    async verify(token) {
      const { payload } = await (remote === undefined
        ? jwtVerify(token, local, options)
        : jwtVerify(token, remote, options));
      return payload;
    },
    identityOf(payload) {
      const { tenant, user = "sub", groups, data_classifications_authorized: classes } = claims;
      const lists = {
        ...(groups === undefined ? {} : { groups: readClaim(payload, groups) }),
        ...(classes === undefined ? {} : { data_classifications_authorized: readClaim(payload, classes) }),
      };
      // what is no text, or no list of them, is refused where the identity is verified
      return {
        ...(tenant === undefined ? {} : { tenant: { id: readClaim(payload, tenant) } }),
        user: { id: readClaim(payload, user), issuer, ...lists },
      } as Identity;
    },
  };
}

function readClaim(payload: unknown, path: string | readonly string[]): unknown {
  let value = payload;
  for (const step of typeof path === "string" ? [path] : path) {
    const isThere = typeof value === "object" && value !== null && Object.hasOwn(value, step);
    // fail closed: a claim that is not there is not read as an empty one
    if (!isThere) throw new Error(`the token has no claim ${JSON.stringify(path)}`);
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
}
