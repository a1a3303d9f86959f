import { inspect } from "node:util";
import { type DecisionEvent, reservedReasons } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDesk, refundCall } from "../support/desk-guard.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { approvalFailures } from "./approval-failures.ts";
import { callFailures } from "./call-failures.ts";
import { identityFailures, providerFailures, surroundingFailures } from "./circumstance-failures.ts";
import { engineFailures, serverFailures } from "./engine-failures.ts";
import { engineKinds, type FailingEngine, type Failure, failingEngine, type Trouble } from "./failure.ts";
import { type OpenEngines, openEngines } from "./open-engines.ts";
import { storeFailures } from "./store-failures.ts";

let open: OpenEngines;

beforeAll(async () => {
  open = await openEngines();
});

afterAll(() => open.close());

const failures: readonly Failure[] = [
  ...engineFailures,
  ...serverFailures,
  ...callFailures,
  ...providerFailures,
  ...identityFailures,
  ...surroundingFailures,
  ...approvalFailures,
  ...storeFailures,
];

describe.each(engineKinds)("over the engine %s", (kind) => {
  const rows = failures.filter(({ engines = engineKinds }) => engines.includes(kind));

  test.each(rows)("$name: $reason, the observer hears of it, and the next call is unharmed", async (row) => {
    const { desk, trouble } = createScene(row, kind);
    trouble.isOn = true;
    row.server?.(open.servers);
    const { play = async () => (await desk.guard.admit(refundCall(10, row.call))).decision } = row;
    const decision = await play(desk, trouble);
    trouble.isOn = false;
    open.servers.heal();

    const isReserved = Object.hasOwn(reservedReasons, row.reason);
    expect(decision).toMatchObject({
      allow: false,
      effect: isReserved ? "deny" : "require_approval",
      reasons: [row.reason],
    });
    const heard = desk.decisions.find((event) => event.decision === decision);
    expect(tellsWhy(heard, row), inspect(heard, { depth: 4 })).toBe(true);

    const counted = await desk.guard.admit({ host: {}, tool: "crm.search", args: { query: "next" } });
    expect(counted.decision).toMatchObject({ allow: true, reasons: ["support_searches"] });
    const next = (await desk.guard.admit(refundCall(10, { callId: "the next call" }))).decision;
    expect(next).toMatchObject({ allow: true, reasons: ["support_refunds"] });
    expect(({} as Record<string, unknown>).amount).toBeUndefined();
  });
});

function createScene(row: Failure, kind: FailingEngine) {
  const manual = createManualClock();
  const jump = { wallMs: 0, monotonicMs: 0 };
  const clock = {
    ...manual,
    now: () => manual.now() + jump.wallMs,
    monotonic: () => manual.monotonic() + jump.monotonicMs,
  };
  const trouble: Trouble = { isOn: false, clock, jump };
  const engine = failingEngine(open.engines[kind], row, trouble);
  return {
    desk: createDesk(engine, { clock, state: memoryStores().state, ...row.options?.(trouble) }),
    trouble,
  };
}

/** Whether an observer learns what the matter was: the cause of the trouble, the rules that could not be checked, or that nothing matched. */
function tellsWhy(event: DecisionEvent | undefined, { reason }: Failure): boolean {
  if (event === undefined) return false;
  if (event.trouble !== undefined) return event.trouble.reason === reason;
  if (reason === "forego.invalid_arguments" || reason === "forego.invalid_rule")
    return event.invalid.some(({ paths }) => paths.length > 0);
  return reason === "forego.no_matching_allow" || reason === "refund_needs_confirmation";
}
