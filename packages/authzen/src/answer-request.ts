import type { AnswerReceipt, Guard } from "@forego/core";
import type { AuthZenHost, Caller } from "./caller.ts";
import { readSubject } from "./evaluation.ts";
import { HttpProblem } from "./http-problem.ts";
import type { Properties } from "./reading.ts";

/**
 * Hands somebody's answer to an approval request to the guard, which takes it of those who may give it.
 *
 * @throws HttpProblem 403 when the caller may not answer, 400 when the body does not say who answers what.
 */
export async function answerRequest(
  guard: Guard<AuthZenHost>,
  id: string,
  { subject, granted }: Properties,
  caller: Caller,
): Promise<AnswerReceipt> {
  // fail closed: who asks for calls does not grant them as well, unless somebody has said so
  if (caller.mayAnswer !== true) throw new HttpProblem(403, "The caller may not answer approval requests.");
  const by = readSubject(subject);
  if (!by.ok) throw new HttpProblem(400, `${by.problem}.`);
  if (typeof granted !== "boolean") throw new HttpProblem(400, "granted is neither true nor false.");
  return guard.answer(id, granted, { caller, subject: by.value });
}
