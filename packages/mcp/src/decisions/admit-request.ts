import type { Admission, ApprovalRequest, Call, Guard } from "@forego/core";
import type { McpHost } from "../mcp-host.ts";
import { answerOf, questionOf } from "./approval-question.ts";
import type { Question } from "./questions.ts";

/** What a person answered, and the host's context that the answer came in. */
export interface PersonsAnswer {
  readonly result: unknown;
  readonly host: McpHost;
}

/**
 * Asks a person to approve requests, by their ids. `undefined` when there is no answer in time; `"later"` when the call
 * will be made again with the answer.
 */
export type AskPerson = (
  question: Question,
  requests: readonly string[],
) => Promise<PersonsAnswer | "later" | undefined>;

/** How often a person is asked about one call, whose questions others have answered by then. */
const maxTurns = 3;

/**
 * Admits a call. What needs approval is asked first, where somebody can be asked: an answer grants what the identity
 * that it comes from may grant, and no more. Answers with `undefined` when the call is put off until then.
 */
export async function admitRequest(
  guard: Guard<McpHost>,
  call: Call<McpHost>,
  ask: AskPerson | undefined,
): Promise<Admission | undefined> {
  // most tools are never asked about: their calls are decided once
  const isNeverAsked = call.phase === "tool_call" && !guard.mayAsk(call.tool, call.server);
  if (ask === undefined || isNeverAsked) return guard.admit(call);
  for (let turn = 0; turn < maxTurns; turn += 1) {
    const { decision, requests } = await guard.propose(call);
    if (requests.length === 0 || !requests.every(mayBeOwn)) break;
    const ids = requests.map(({ id }) => id);
    const answer = await ask(questionOf(call.server ?? "", decision, requests), ids);
    if (answer === "later") return undefined;
    if (!(await cameTooLate(guard, ids, answer))) break;
  }
  return guard.admit(call);
}

/** Hands on what a person has answered; whether a grant of it came too late, since the same call was made beside. */
async function cameTooLate(
  guard: Guard<McpHost>,
  ids: readonly string[],
  answer: PersonsAnswer | undefined,
): Promise<boolean> {
  const granted = answerOf(answer?.result);
  // fail closed: without an answer nothing is granted
  if (answer === undefined || granted === undefined) return false;
  let isOver = false;
  for (const id of ids) {
    const receipt = await guard.answer(id, granted, answer.host);
    isOver ||= granted && !receipt.accepted && receipt.problem === "not_open";
  }
  return isOver;
}

/** Whether the requester may grant it: another's approval cannot be had here, and asking for it would mislead. */
function mayBeOwn({ from }: ApprovalRequest): boolean {
  return from === "user" || from.not_requester !== true;
}
