import { sameAsJson } from "@forego/core";
import { readVariable, runWithVariable } from "../context-variable.ts";
import type { LangChainToolCall } from "../to-call.ts";

/** A call that a gate has admitted: a guarded tool that is started for it need not ask again. */
export interface AdmittedCall {
  readonly guard: unknown;
  readonly toolCall: LangChainToolCall;
}

/** Leave to start one tool, once: what a gate gives a call that it answers for. */
interface Permit {
  isSpent: boolean;
  readonly admitted: AdmittedCall | undefined;
}

const name = "forego.permit";

/** Runs something that may start one tool. */
export function runWithPermit<TResult>(
  run: () => Promise<TResult>,
  admitted?: AdmittedCall,
): Promise<TResult> {
  return runWithVariable(name, { isSpent: false, admitted } satisfies Permit, run);
}

/** Uses up the leave to start a tool; `false` where there is none. What a tool starts itself needs leave of its own. */
export function spendPermit(): boolean {
  const permit = readVariable<Permit>(name);
  if (permit === undefined || permit.isSpent) return false;
  permit.isSpent = true;
  return true;
}

/** Whether there is leave to start a tool that is not used up. */
export function hasPermit(): boolean {
  return readVariable<Permit>(name)?.isSpent === false;
}

/** Whether a gate of the same guard has admitted just this call. */
export function isAdmitted(guard: unknown, { id, name: tool, args }: LangChainToolCall): boolean {
  const admitted = readVariable<Permit>(name)?.admitted;
  if (id === undefined || admitted === undefined || admitted.guard !== guard) return false;
  const { toolCall } = admitted;
  return toolCall.id === id && toolCall.name === tool && sameAsJson(toolCall.args, args);
}
