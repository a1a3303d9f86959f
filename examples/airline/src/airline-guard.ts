import { fileURLToPath } from "node:url";
import { main as forego } from "@forego/cli";
import { systemClock } from "@forego/core";
import { type Guard, type LoadGuardOptions, loadGuard, type Observer, verified } from "forego";
import { airlineNow } from "./airline-time.ts";
import { createFactProviders, type DatabaseOf } from "./fact-providers.ts";

/** What the airline's host knows of a caller: the user who is logged in to the conversation. */
export interface AirlineHost {
  readonly userId: string;
}

/** How the guard is loaded. */
export interface AirlineGuardOptions {
  /** The folder that the policies were built to. */
  readonly release: string;
  readonly databaseOf: DatabaseOf;
  readonly engine?: LoadGuardOptions["engine"];
  readonly observers?: readonly Observer[];
}

/** The folder of the airline's policies. */
export const policiesFolder = fileURLToPath(new URL("../policies", import.meta.url));

/**
 * Builds the airline's policies with `forego build`.
 *
 * @throws Error when they do not compile; the diagnostics have been printed.
 */
export async function buildPolicies(out: string): Promise<void> {
  const code = await forego(["build", policiesFolder, "--out", out]);
  if (code !== 0) throw new Error("The airline's policies do not build.");
}

/** Puts a guard before the airline's agent, at the moment at which its records stand still. */
export function loadAirlineGuard(options: AirlineGuardOptions): Promise<Guard<AirlineHost>> {
  const { release, databaseOf, engine = "wasm", observers = [] } = options;
  return loadGuard<AirlineHost>(release, {
    agent: { id: "airline-agent", scope: "airline_desk" },
    identify: ({ userId }) => verified({ tenant: { id: "airline" }, user: { id: userId } }),
    facts: createFactProviders(databaseOf),
    clock: { ...systemClock, now: () => airlineNow },
    // generous: a busy machine must not deny anything
    deadlineMs: 10_000,
    engine,
    observers,
  });
}
