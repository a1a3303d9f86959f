import {
  type AskEvent,
  type Call,
  createGuard,
  type DecisionEvent,
  type Engine,
  type Guard,
  type GuardOptions,
  type SettleEvent,
  verified,
} from "@forego/core";
import { createManualClock, type ManualClock } from "./manual-clock.ts";

/** Who calls at the desk, as a test says it; the desk's `identify` believes it. */
export interface DeskHost {
  readonly tenant?: string;
  /** `null` is an unattended agent. Defaults to `ada`. */
  readonly user?: string | null;
  readonly issuer?: string;
  readonly groups?: readonly string[];
  /** Defaults to the two classes that the desk's tools declare. */
  readonly cleared?: readonly string[];
}

/** A guard before the desk, with everything that it told its observer. */
export interface Desk {
  readonly guard: Guard<DeskHost>;
  readonly clock: ManualClock;
  readonly decisions: readonly DecisionEvent[];
  readonly asks: readonly AskEvent[];
  readonly settles: readonly SettleEvent[];
}

/** The identity that the desk takes a host for. */
export function identifyDesk({ tenant, user = "ada", issuer, groups = [], cleared }: DeskHost) {
  return verified({
    ...(tenant === undefined ? {} : { tenant: { id: tenant } }),
    ...(user === null
      ? {}
      : {
          user: {
            id: user,
            ...(issuer === undefined ? {} : { issuer }),
            groups,
            data_classifications_authorized: cleared ?? ["billing", "customer_data"],
          },
        }),
  });
}

/** Puts a guard before the desk. Time stands, ids are counted, the fact `risk` is 0; options replace any of it. */
export function createDesk(engine: Engine, options: Partial<GuardOptions<DeskHost>> = {}): Desk {
  const clock = createManualClock();
  const decisions: DecisionEvent[] = [];
  const asks: AskEvent[] = [];
  const settles: SettleEvent[] = [];
  let ids = 0;
  const guard = createGuard<DeskHost>({
    engine,
    identify: identifyDesk,
    agent: { id: "desk-agent", scope: "support" },
    facts: { risk: () => 0 },
    clock,
    newId: () => `id-${++ids}`,
    ...options,
    observers: [
      ...(options.observers ?? []),
      {
        onDecision: (event) => void decisions.push(event),
        onAsk: (event) => void asks.push(event),
        onSettle: (event) => void settles.push(event),
      },
    ],
  });
  return { guard, clock, decisions, asks, settles };
}

/** A refund, as a model would call it. */
export function refundCall(amount: unknown, call: Partial<Call<DeskHost>> = {}): Call<DeskHost> {
  return { host: {}, tool: "refund", callId: "call-1", conversationId: "talk-1", args: { amount }, ...call };
}
