import { checkGrant, type Grant, type GrantStore } from "@forego/core";
import { grantText } from "../grant-text.ts";
import { personText } from "../person-text.ts";

const maxLive = 100;

/** Grants in this process's memory. */
export function createMemoryGrants(now: () => number): GrantStore {
  const grants = new Map<string, Grant>();

  const sweep = (): void => {
    for (const [text, { expiresAt }] of grants) if (expiresAt <= now()) grants.delete(text);
  };

  return {
    grant(grant) {
      checkGrant(grant);
      sweep();
      grants.set(grantText(grant), grant);
    },
    revoke(grant) {
      sweep();
      return grants.delete(grantText(grant));
    },
    live(tenant, user) {
      const people = [personText(undefined), personText(user)];
      const isLive = (one: Grant) =>
        one.tenant === tenant && people.includes(personText(one.user)) && one.expiresAt > now();
      const found = [...grants.values()].filter(isLive);
      return found.sort((left, right) => right.expiresAt - left.expiresAt).slice(0, maxLive);
    },
  };
}
