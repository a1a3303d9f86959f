import type { IncomingMessage } from "node:http";
import { type VerifiedIdentity, verified } from "@forego/core";
import type { Authenticated } from "@forego/mcp";
import type { JWTPayload } from "jose";
import { knowIssuer, type TokenConfig } from "./token-issuer.ts";

/** Verifies the bearer tokens of requests, and says whom they stand for. */
export interface TokenVerifier {
  /** Rejects when the token is missing, or does not hold. */
  authenticate(request: IncomingMessage): Promise<Authenticated>;
  /** The identity that a verified token's claims say; throws when one is missing. */
  identify(claims: unknown): VerifiedIdentity;
}

/**
 * Makes the verifier of one issuer's tokens for one audience.
 *
 * @throws ForegoError FG4405 when there is not one place for the issuer's keys.
 */
export function createTokenVerifier(config: TokenConfig): TokenVerifier {
  const issuer = knowIssuer(config, "FG4405");
  const identify = (claims: unknown) => verified(issuer.identityOf(claims));
  return {
    identify,
    async authenticate(request) {
      const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
      if (token === undefined) throw new Error("there is no bearer token");
      const payload = await issuer.verify(token);
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
