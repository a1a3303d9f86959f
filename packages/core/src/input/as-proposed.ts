import type { PreparedCall } from "./prepare-call.ts";

/**
 * A call that is about to be admitted, at the time at which it was proposed: two hooks of a host, one right after the
 * other, then ask the same, and it is answered once. What else has changed in between is asked anew.
 *
 * That holds as long as a decision may take in any case; after that, the time is the present one.
 */
export function asProposed(prepared: PreparedCall, proposed: PreparedCall | undefined): PreparedCall {
  if (proposed === undefined || "trouble" in proposed.ready || "trouble" in prepared.ready) return prepared;
  const elapsed = prepared.startedAt - proposed.startedAt;
  // a clock that ran back does not tell how long ago it was
  if (!(elapsed >= 0 && elapsed <= prepared.setup.deadlineMs)) return prepared;
  const { input } = prepared.ready;
  const { environment, context } = proposed.ready.input;
  const { session_age_seconds: age } = context;
  const isAged = age !== undefined && input.context.session_age_seconds !== undefined;
  const then = {
    ...input,
    environment: { ...input.environment, time: environment.time },
    context: isAged ? { ...input.context, session_age_seconds: age } : input.context,
  };
  return { ...prepared, ready: { input: then } };
}
