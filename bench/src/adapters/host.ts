import type { Guard } from "@forego/core";

/** Tool calls in one run of a host. */
export const callsPerRun = 10;

/** The tool that does nothing, and what it is called with. */
export const noop = { name: "crm.search", args: { query: "orders of Ada Lovelace since June", limit: 20 } };

/** A host with a tool that does nothing, ready to run. */
export interface OpenHost {
  /** Makes {@link callsPerRun} calls, one after another; answers with how many came back as the tool's own. */
  run(): Promise<number>;
  close(): Promise<void>;
}

/** A host, with a guard before its tools and without. */
export interface Host {
  readonly name: string;
  /** Whether it tells the turns of a conversation, which half of the rules are about. */
  readonly tellsTurns: boolean;
  open(guard: Guard<never> | undefined): Promise<OpenHost>;
}
