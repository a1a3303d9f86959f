import type { Call } from "../contract/call.ts";
import type { Phase } from "../contract/contract.ts";
import type { RuleIndex } from "../release/rule-index.ts";
import type { GuardSetup } from "./guard-setup.ts";

/** A call, with what it is decided under. */
interface CallUnder {
  readonly setup: Pick<GuardSetup, "rules" | "servers">;
  readonly phase: Phase;
  readonly call: Pick<Call, "tool" | "server">;
}

/** Whether rules speak about what a tool returns. */
export function decidesResults(
  setup: Pick<GuardSetup, "rules" | "servers">,
  tool: string,
  server?: string,
): boolean {
  return indexesOf(setup, server).some((index) => index.applicable("tool_result", tool).rules.length > 0);
}

/** Whether rules speak about what a call returns: of no other phase than a tool's call is there a result to speak about. */
export function decidesResultOf({ setup, phase, call }: CallUnder): boolean {
  return phase === "tool_call" && decidesResults(setup, call.tool, call.server);
}

/** Whether rules of the shadow release speak about what a tool returns. */
export function shadowDecidesResults(
  { shadow, servers }: GuardSetup,
  tool: string,
  server?: string,
): boolean {
  return shadow !== undefined && decidesResults({ rules: shadow.rules, servers }, tool, server);
}

/** Whether a rule may ask somebody about a call of a tool. */
export function mayAsk(setup: GuardSetup, tool: string, server?: string): boolean {
  return indexesOf(setup, server).some((index) =>
    index.applicable("tool_call", tool).rules.some(({ effect }) => effect === "require_approval"),
  );
}

/** The rules that may speak about a tool: of the main release, and of its server's, or of any where none is named. */
function indexesOf(
  { rules, servers }: Pick<GuardSetup, "rules" | "servers">,
  server: string | undefined,
): readonly RuleIndex[] {
  const beside = server === undefined ? [...servers.values()] : [servers.get(server)];
  return [rules, ...beside.flatMap((one) => (one === undefined ? [] : [one.rules]))];
}
