import type { Input } from "../contract/contract.ts";
import type { ApprovalStore } from "../ports/approval-store.ts";
import type { FactProvider } from "../ports/fact-provider.ts";
import type { SessionStore } from "../ports/session-store.ts";
import type { StateStore } from "../ports/state-store.ts";
import type { Clock } from "../steps/clock.ts";
import type { ActiveRelease, Classification } from "./active-release.ts";
import type { SeenClasses } from "./seen-classes.ts";

/** What is true of the place where the agent runs. What is left out stays absent for policies. */
export interface Environment {
  readonly region?: string;
  readonly is_production?: boolean;
}

/** A guard's options, checked and completed. Names are looked up in maps, never as properties. */
export interface GuardSetup extends ActiveRelease, Classification {
  readonly servers: ReadonlyMap<string, Pick<ActiveRelease, "engine" | "rules">>;
  /** The servers that tools come from, as the application says it. */
  readonly serverOf: ReadonlyMap<string, string>;
  readonly shadow: ActiveRelease | undefined;
  readonly isEnforced: boolean;
  readonly hasState: boolean;
  readonly identify: (host: unknown) => unknown;
  readonly agent: Omit<Input["agent"], "chain">;
  readonly environment: () => Environment;
  readonly facts: ReadonlyMap<string, FactProvider>;
  readonly state: StateStore;
  readonly approvals: ApprovalStore;
  readonly sessions: SessionStore | undefined;
  /** Remembers classes where there is no store. */
  readonly seen: SeenClasses;
  readonly approvalTtlMs: number;
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly newId: () => string;
}
