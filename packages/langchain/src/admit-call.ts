import type { Admission, Call, Guard } from "@forego/core";
import type { LangChainHost } from "./langchain-host.ts";

/**
 * Admits a call, unless its arguments look like a call themselves: whatever LangChain invokes takes them for one, and
 * runs what is inside of them in their place.
 */
export async function admitCall(guard: Guard<LangChainHost>, call: Call<LangChainHost>): Promise<Admission> {
  if (!isCallLike(call.args)) return guard.admit(call);
  // fail closed: what is decided would not be what runs
  return { decision: await guard.deny(call, "forego.invalid_arguments"), requests: [] };
}

function isCallLike(args: unknown): boolean {
  return typeof args === "object" && args !== null && "type" in args && args.type === "tool_call";
}
