import type { Guard } from "@forego/core";
import type { DeskTool } from "./desk-tools.ts";
import type { Scenario } from "./scenarios.ts";

/** What a host needs to run a scenario. */
export interface HostRun<THost> {
  readonly scenario: Scenario;
  readonly conversationId: string;
  readonly guard: Guard<THost>;
  readonly tools: readonly DeskTool[];
  /** Lets finance answer the open approval requests, with its own identity; answers whether it granted them. */
  readonly askFinance: (by: THost) => Promise<boolean>;
}
