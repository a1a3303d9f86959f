import type { FactProvider } from "../ports/fact-provider.ts";
import { timeText } from "../steps/clock.ts";

/** A person, as an identity tells: the same id of another issuer is somebody else. */
export interface Person {
  readonly id: string;
  readonly issuer?: string;
}

/** Leave to do, for a while, what a rule would otherwise forbid. A rule decides what it is leave for. */
export interface Grant {
  /** Its name among those of its tenant. */
  readonly id: string;
  readonly tenant: string;
  /** What it is for, as rules name it. */
  readonly purpose: string;
  /** The only person that it is for; absent when it is for everybody of the tenant. */
  readonly user?: Person;
  /** Who gave it. */
  readonly grantedBy: string;
  readonly justification: string;
  /** Milliseconds since 1970; from then on it is void. */
  readonly expiresAt: number;
}

type Awaitable<T> = T | PromiseLike<T>;

/** Keeps grants until they expire. Its own clock rules. */
export interface GrantStore {
  /** Keeps a grant; one of the same tenant with the same id is replaced. Throws or rejects with a RangeError when it is not whole. */
  grant(grant: Grant): Awaitable<void>;
  /** Ends a grant. `false` when its tenant has none with this id. */
  revoke(grant: Pick<Grant, "tenant" | "id">): Awaitable<boolean>;
  /** The live grants of a tenant for everybody, and those for the user: at most 100, those that expire last first. */
  live(tenant: string, user?: Person): Awaitable<readonly Grant[]>;
}

/**
 * Checks a grant before it is kept.
 *
 * @throws RangeError when a text is missing or cannot be kept, or it never expires.
 */
export function checkGrant(grant: Grant): void {
  const { id, tenant, purpose, grantedBy, justification, user, expiresAt } = grant;
  const texts = [id, tenant, purpose, grantedBy, justification];
  if (user !== undefined) texts.push(user.id, user.issuer ?? "none");
  const isWhole = texts.every((text) => typeof text === "string" && text !== "" && text.isWellFormed());
  // fail closed: nobody would know who has given it, to whom and why
  if (!isWhole) throw new RangeError("a grant says to whom it is given, by whom, for what and why");
  // fail closed: a grant that never ends is a rule that nobody has reviewed
  if (!Number.isSafeInteger(expiresAt) || expiresAt > 8.64e15) {
    throw new RangeError("a grant ends at a time in milliseconds since 1970");
  }
}

/**
 * Makes a fact of the grants that hold for a call: a list of `{ id, purpose, granted_by, justification, expires_at }`.
 * While the store cannot be asked the fact is absent, and the rules that read it are invalid.
 */
export function breakGlass(grants: Pick<GrantStore, "live">): FactProvider {
  return ({ tenant, user }) => {
    const live = grants.live(tenant.id, user === undefined ? undefined : personOf(user));
    return "then" in live ? live.then(showAll) : showAll(live);
  };
}

function personOf({ id, issuer }: { readonly id: string; readonly issuer?: string | undefined }): Person {
  return issuer === undefined ? { id } : { id, issuer };
}

function showAll(grants: readonly Grant[]) {
  return grants.map(({ id, purpose, grantedBy, justification, expiresAt }) => ({
    id,
    purpose,
    granted_by: grantedBy,
    justification,
    expires_at: timeText(expiresAt),
  }));
}
