import {
  type ApprovalRequest,
  createGuard,
  type Engine,
  type Environment,
  type Observer,
} from "@forego/core";
import { openDeskDatabase } from "./desk-database.ts";
import { createDeskTools } from "./desk-tools.ts";
import type { HostRun } from "./host-run.ts";
import type { Scenario } from "./scenarios.ts";
import { type HostWithSession, identify } from "./sessions.ts";
import type { Entry, Transcript } from "./transcript.ts";

/** One run of a scenario: in which host, on which engine, watched by whom. */
export interface ScenarioRun<THost extends HostWithSession> {
  readonly host: string;
  readonly scenario: Scenario;
  readonly conversationId: string;
  readonly engine: Engine;
  /** Observers of the application: traces, records. The first one that traces names the span. */
  readonly observers: readonly Observer[];
  readonly runAgent: (run: HostRun<THost>) => Promise<string>;
}

const production: Environment = { region: "eu-west", is_production: true };

/** Runs a scenario in one host, on a fresh database, with a guard of its own, and writes down what happened. */
export async function runScenario<THost extends HostWithSession>(
  run: ScenarioRun<THost>,
): Promise<Transcript> {
  const { host, scenario, conversationId, engine, observers } = run;
  const desk = openDeskDatabase();
  const entries: Entry[] = [];
  const open: ApprovalRequest[] = [];
  const transcriber: Observer = {
    onDecision(event) {
      entries.push({ kind: "decision", event });
      return undefined;
    },
    onAsk(event) {
      entries.push({ kind: "asked", event });
      open.push(...event.requests);
    },
  };
  const guard = createGuard<THost>({
    engine,
    identify,
    agent: { id: "support-desk-1", scope: "support", owner_team: "support-platform" },
    environment: scenario.environment ?? production,
    facts: {
      order: ({ args }) => {
        const order = desk.order(String((args as { readonly order?: unknown }).order));
        return order && { paid_cents: order.paid_cents, is_refunded: order.refunded_cents > 0 };
      },
      customer_mails: () => desk.customers().map(({ email }) => email),
    },
    observers: [...observers, transcriber],
    // a story on a busy machine is no service: it may take its time
    deadlineMs: 5000,
  });
  const askFinance = async (by: THost): Promise<boolean> => {
    const granted = scenario.finance === "grants";
    for (const { id } of open.splice(0)) await guard.answer(id, granted, by);
    entries.push({ kind: "answered", by: "Mia (finance)", granted });
    return granted;
  };
  const tools = createDeskTools(desk);
  const text = await run.runAgent({ scenario, conversationId, guard, tools, askFinance });
  entries.push({ kind: "said", text });
  return { host, entries };
}
