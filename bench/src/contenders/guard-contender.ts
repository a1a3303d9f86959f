import {
  type Call,
  type Clock,
  createGuard,
  type Decision,
  type Engine,
  type Guard,
  type GuardOptions,
  type Identity,
  type Input,
  type Observer,
  systemClock,
  verified,
} from "@forego/core";
import type { Contender } from "./contender.ts";

/** A guard before the agent of an input, and the call of which it makes just that input. */
export interface GuardedCall {
  readonly guard: Guard<Identity>;
  readonly call: Call<Identity>;
}

/** Takes an input apart into what an application would hand to `createGuard` and to the guard. */
export function guardInput(
  engine: Engine,
  input: Input,
  observers: readonly Observer[],
  options: Pick<GuardOptions, "state" | "facts" | "classifiers"> = {},
): GuardedCall {
  const { user, tenant, action, context } = input;
  const { chain, ...agent } = input.agent;
  const { time, ...environment } = input.environment;
  const now = Date.parse(time);
  const clock: Clock = { ...systemClock, now: () => now };
  const guard = createGuard<Identity>({
    engine,
    identify: (host) => verified(host),
    agent,
    environment,
    tools: { [action.tool]: { dataClasses: action.data_classes_referenced } },
    observers,
    ...options,
    // a pause of the machine is no deny here
    deadlineMs: 60_000,
    clock,
  });
  const call: Call<Identity> = {
    host: { tenant, user, chain },
    conversationId: context.conversation_id,
    tool: action.tool,
    args: action.args,
    server: action.server ?? undefined,
    session: {
      turnCount: context.turn_count,
      toolCallCount: context.tool_call_count,
      cumulativeTokens: context.cumulative_tokens,
      ageSeconds: context.session_age_seconds,
      dataClassesSeen: context.data_classes_seen,
    },
  };
  return { guard, call };
}

/** The guard among the contenders, which counts its calls. */
export interface GuardContender extends Contender<Decision> {
  decided(): number;
}

/** The guard's full path: everything that an agent pays for one call, from the host's context to the record. */
export function guardContender(
  engine: Engine,
  observers: readonly Observer[],
  name = "guard, full path",
  options: Pick<GuardOptions, "state" | "facts" | "classifiers"> = {},
): GuardContender {
  let calls = 0;
  return {
    name,
    decided: () => calls,
    prepare(input) {
      const { guard, call } = guardInput(engine, input, observers, options);
      return async () => {
        calls += 1;
        const admission = await guard.admit({ ...call, callId: `call-${calls}` });
        if (admission.decision.allow) await guard.settle(admission, { result: null });
        return admission.decision;
      };
    },
    read: ({ effect, reasons }) => ({ effect, reasons }),
  };
}
