import { type Admission, type Call, denied, type Guard, type ReservedReason } from "@forego/core";
import type { LangChainHost } from "./langchain-host.ts";

/**
 * Admits a call, unless somebody who was asked has refused it, or its arguments look like a call themselves: whatever
 * LangChain invokes takes them for one, and runs what is inside of them in their place.
 */
export async function admitCall(
  guard: Guard<LangChainHost>,
  call: Call<LangChainHost>,
  isRefused = false,
): Promise<Admission> {
  const refuse = async (reason: ReservedReason) => denied(await guard.deny(call, reason));
  // fail closed: a no to what others have granted is a no
  if (isRefused) return refuse("forego.approval_refused");
  // fail closed: what is decided would not be what runs
  if (isCallLike(call.args)) return refuse("forego.invalid_arguments");
  return guard.admit(call);
}

function isCallLike(args: unknown): boolean {
  return typeof args === "object" && args !== null && "type" in args && args.type === "tool_call";
}
