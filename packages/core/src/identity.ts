import type { Input } from "./contract.ts";

const brand = Symbol.for("dev.forego/verified-identity");

/** Who is behind a call, as far as the application has verified it. */
export interface Identity {
  /** Defaults to `{ id: "default" }`. */
  readonly tenant?: { readonly id: string };
  /** Absent for unattended agents: rules that read the user are then invalid. */
  readonly user?: {
    readonly id: string;
    readonly issuer?: string;
    readonly groups?: readonly string[];
    readonly data_classifications_authorized?: readonly string[];
  };
  /** The agents that delegated to this one, outermost first. */
  readonly chain?: readonly { readonly id: string; readonly scope?: string }[];
}

/** An identity that went through {@link verified}. The guard accepts no other. */
export interface VerifiedIdentity {
  readonly [brand]: true;
  readonly tenant: Input["tenant"];
  readonly user: Input["user"];
  readonly chain: Input["agent"]["chain"];
}

/**
 * Says that the application has verified an identity: from a checked token, a session, a service account.
 *
 * Call it in `identify`, with what was checked there. Never with what a model, a tool, a browser or a peer
 * merely sent: whatever is passed here is believed.
 */
export function verified(identity: Identity = {}): VerifiedIdentity {
  const { tenant = { id: "default" }, user, chain = [] } = identity;
  return {
    [brand]: true,
    tenant: { id: tenant.id },
    user: user && {
      id: user.id,
      ...(user.issuer === undefined ? {} : { issuer: user.issuer }),
      groups: [...(user.groups ?? [])],
      data_classifications_authorized: [...(user.data_classifications_authorized ?? [])],
    },
    chain: chain.map(({ id, scope }) => (scope === undefined ? { id } : { id, scope })),
  };
}

/** Tells a verified identity from any other value, even when two copies of this package are loaded. */
export function isVerifiedIdentity(value: unknown): value is VerifiedIdentity {
  return typeof value === "object" && value !== null && Object.hasOwn(value, brand);
}
