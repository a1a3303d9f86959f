import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createManualClock } from "../../../../test/support/manual-clock.ts";
import type { FactProvider, FactRequest } from "../ports/fact-provider.ts";
import { runSteps } from "../steps/steps.ts";
import { fetchFacts } from "./fetch-facts.ts";

const request: FactRequest = {
  args: {},
  tool: "pay",
  tenant: { id: "acme" },
  user: undefined,
  agent: { id: "a", scope: "s", chain: [] },
  conversationId: undefined,
};

test("facts that begin when they are waited for, as queries of databases do, begin together", async () => {
  const begun: string[] = [];
  const query =
    (name: string): FactProvider =>
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: such are the answers of query builders
      then(resolve: (value: string) => void) {
        begun.push(name);
        if (begun.length === 2) resolve(name);
        else void sleep(5).then(() => resolve(begun.join()));
      },
    });
  const providers = new Map([
    ["order", query("order")],
    ["risk", query("risk")],
  ]);
  const { facts } = await runSteps(
    fetchFacts(["order", "risk"], providers, request),
    createManualClock(),
    50,
  );
  expect(facts).toEqual({ order: "order,risk", risk: "risk" });
});
