/**
 * Requests of the protocol that a client may make and that are not decided. A method that is in no table is refused:
 * it might do what nobody decided.
 */
export const passedMethods: ReadonlySet<string> = new Set([
  "completion/complete",
  "logging/setLevel",
  "ping",
  "resources/subscribe",
  "resources/unsubscribe",
]);

/** The same in 2026-07-28. */
export const statelessMethods: ReadonlySet<string> = new Set([
  "completion/complete",
  "server/discover",
  "subscriptions/listen",
]);
