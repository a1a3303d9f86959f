import type { IncomingMessage } from "node:http";
import { type Identity, type VerifiedIdentity, verified } from "@forego/core";
import type { Authenticated } from "@forego/mcp";
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import type { TokenConfig } from "./serve-config.ts";

type Claim = NonNullable<NonNullable<TokenConfig["claims"]>["user"]>;

/** Signatures that only the issuer can make: whoever can check them cannot make them. */
const algorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

/** Verifies the bearer tokens of requests, and says whom they stand for. */
export interface TokenVerifier {
  /** Rejects when the token is missing, or does not hold. */
  authenticate(request: IncomingMessage): Promise<Authenticated>;
  /** The identity that a verified token's claims say; throws when one is missing. */
  identify(claims: unknown): VerifiedIdentity;
}

/** Makes the verifier of one issuer's tokens for one audience. */
export function createTokenVerifier({
  issuer,
  audience,
  jwks,
  jwksUrl,
  claims = {},
}: TokenConfig): TokenVerifier {
  const keys =
    jwksUrl === undefined
      ? createLocalJWKSet({ keys: [], ...jwks } as JSONWebKeySet)
      : createRemoteJWKSet(new URL(jwksUrl));

  const identify = (payload: unknown) => {
    const { tenant, user = "sub", groups, data_classifications_authorized: classes } = claims;
    const read = (claim: Claim | undefined) => (claim === undefined ? undefined : readClaim(payload, claim));
    return verified({
      ...(tenant === undefined ? {} : { tenant: { id: read(tenant) as string } }),
      user: {
        id: read(user) as string,
        issuer,
        ...(groups === undefined ? {} : { groups: read(groups) }),
        ...(classes === undefined ? {} : { data_classifications_authorized: read(classes) }),
      },
    } as Identity);
  };

  return {
    identify,
    async authenticate(request) {
      const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
      if (token === undefined) throw new Error("there is no bearer token");
      // fail closed: a token that never ends, or is for somebody else, is none
      const options = { issuer, audience, algorithms, requiredClaims: ["exp"] };
      const { payload } =
        typeof keys === "function"
          ? await jwtVerify(token, keys, options)
          : await jwtVerify(token, keys, options);
      const { tenant, user } = identify(payload);
      const subject = JSON.stringify([tenant.id, user?.issuer, user?.id]);
      return { subject, authInfo: authInfoOf(token, payload) };
    },
  };
}

function authInfoOf(token: string, payload: JWTPayload): Authenticated["authInfo"] {
  const { azp, client_id: clientId = azp, scope } = payload;
  return {
    token,
    clientId: typeof clientId === "string" ? clientId : "",
    scopes: typeof scope === "string" ? scope.split(" ") : [],
    ...(payload.exp === undefined ? {} : { expiresAt: payload.exp }),
    extra: { claims: payload },
  };
}

function readClaim(payload: unknown, claim: Claim): unknown {
  let value = payload;
  for (const step of typeof claim === "string" ? [claim] : claim) {
    const isThere = typeof value === "object" && value !== null && Object.hasOwn(value, step);
    // fail closed: a claim that is not there must not be read as an empty one
    if (!isThere) throw new Error(`the token has no claim ${JSON.stringify(claim)}`);
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
}
