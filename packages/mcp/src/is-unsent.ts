import { property } from "./json-rpc.ts";

/** Why a request was not sent at all, as Node says it. */
const reasons: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** Whether an error, or what caused it, says that a request was never sent. */
export function isUnsent(error: unknown): boolean {
  return reasons.has(property(error, "code")) || reasons.has(property(property(error, "cause"), "code"));
}
