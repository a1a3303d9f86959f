import type { Input } from "../contract/contract.ts";

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
 *
 * @throws TypeError when an id is empty, or an id, a group or a class is not a text: a claim that the token does not
 * have. In `identify` that denies the call.
 */
export function verified(identity: Identity = {}): VerifiedIdentity {
  const { tenant = { id: "default" }, user, chain = [] } = identity;
  return {
    [brand]: true,
    tenant: { id: name(tenant.id) },
    user: user && verifiedUser(user),
    chain: chain.map(({ id, scope }) =>
      scope === undefined ? { id: name(id) } : { id: name(id), scope: text(scope) },
    ),
  };
}

function verifiedUser(user: NonNullable<Identity["user"]>): NonNullable<VerifiedIdentity["user"]> {
  const known = {
    id: name(user.id),
    groups: texts(user.groups),
    data_classifications_authorized: texts(user.data_classifications_authorized),
  };
  return user.issuer === undefined ? known : { ...known, issuer: name(user.issuer) };
}

function texts(values: readonly string[] = []): string[] {
  if (!Array.isArray(values)) throw new TypeError("groups and classes of an identity are lists of texts");
  return values.map(text);
}

function name(value: unknown): string {
  // fail closed: keys begin with these, and what is missing would be the same for everybody
  if (value === "") throw new TypeError("an id of an identity is empty");
  return text(value);
}

function text(value: unknown): string {
  // fail closed: a claim that is not there must not be believed
  if (typeof value === "string" && value.isWellFormed()) return value;
  throw new TypeError("what an identity says of itself is texts");
}

/** Tells a verified identity from any other value, even when two copies of this package are loaded. */
export function isVerifiedIdentity(value: unknown): value is VerifiedIdentity {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, brand)) return false;
  const { [brand]: mark, tenant } = value as Partial<VerifiedIdentity>;
  return mark === true && tenant !== undefined;
}
