import { type ApprovalStore, createMemoryApprovals } from "./approval-store.ts";
import { type CallClassifier, createCallClassifier, type ToolDeclaration } from "./classify.ts";
import { type Clock, systemClock } from "./clock.ts";
import { contractVersion, type Input } from "./contract.ts";
import type { Engine } from "./engine.ts";
import type { FactProvider } from "./facts.ts";
import { ForegoError } from "./forego-error.ts";
import type { VerifiedIdentity } from "./identity.ts";
import type { Observer } from "./observer.ts";
import type { ReleaseInfo } from "./release.ts";
import { createRuleIndex, type RuleIndex } from "./rule-index.ts";
import type { SessionStore } from "./session-store.ts";
import type { StateStore } from "./state-store.ts";

/** What is true of the place where the agent runs. What is left out stays absent for policies. */
export interface Environment {
  readonly region?: string;
  readonly is_production?: boolean;
}

/** How a guard is put together. */
export interface GuardOptions<THost = unknown> {
  readonly engine: Engine;
  /**
   * Verifies who is behind a call, from the host's own context, and answers with `verified(...)`.
   * A throw, a rejection or any other answer denies the call with `forego.identity`.
   */
  readonly identify: (host: THost) => VerifiedIdentity | PromiseLike<VerifiedIdentity>;
  /** The agent that the guard stands before. */
  readonly agent: { readonly id: string; readonly scope: string; readonly owner_team?: string };
  /** Asked at every call when it is a function. Defaults to nothing known. */
  readonly environment?: Environment | (() => Environment);
  /** Data classes of tools that no policy declares. An undeclared tool is `forego:unclassified`. */
  readonly tools?: Readonly<Record<string, ToolDeclaration>>;
  /** Providers of the facts that policies read, by name. */
  readonly facts?: Readonly<Record<string, FactProvider>>;
  readonly observers?: readonly Observer[];
  /** Counts what calls use of budgets and rate limits. Needed where the release has such: see `@forego/state`. */
  readonly state?: StateStore;
  /** Defaults to this process's memory. */
  readonly approvals?: ApprovalStore;
  /** Conversations that several processes know: what the host knows less of is completed. Defaults to what the host knows. */
  readonly sessions?: SessionStore;
  /** Milliseconds for which an approval request and its answer are good. Defaults to 15 minutes. */
  readonly approvalTtlMs?: number;
  /** Milliseconds for everything that a decision awaits and for the evaluation. Past it, the call is denied. Defaults to 50. */
  readonly deadlineMs?: number;
  readonly clock?: Clock;
  /** Makes ids of decisions and approvals. Defaults to random UUIDs. */
  readonly newId?: () => string;
}

/** A guard's options, checked and completed. Names are looked up in maps, never as properties. */
export interface GuardSetup {
  readonly engine: Engine;
  readonly rules: RuleIndex;
  readonly identify: (host: unknown) => unknown;
  readonly agent: Omit<Input["agent"], "chain">;
  readonly environment: () => Environment;
  readonly classify: CallClassifier;
  readonly facts: ReadonlyMap<string, FactProvider>;
  readonly observers: readonly Observer[];
  readonly state: StateStore;
  readonly approvals: ApprovalStore;
  readonly sessions: SessionStore | undefined;
  readonly approvalTtlMs: number;
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly newId: () => string;
}

/**
 * Checks and completes a guard's options.
 *
 * @throws ForegoError FG4001 when the release was built for another contract, FG4002 when an option is not usable.
 */
export function completeOptions<THost>(options: GuardOptions<THost>): GuardSetup {
  const { engine, agent, environment = {}, clock = systemClock } = options;
  const { min, max } = engine.release.contract;
  if (contractVersion < min || contractVersion > max) {
    throw new ForegoError(
      "FG4001",
      `The release speaks contract ${min} to ${max}, and this guard speaks ${contractVersion}.`,
      "build the policies again with the version of Forego that the application uses.",
    );
  }
  requireText("agent.id", agent.id);
  requireText("agent.scope", agent.scope);
  const deadlineMs = requirePositive("deadlineMs", options.deadlineMs ?? 50);
  const approvalTtlMs = requirePositive("approvalTtlMs", options.approvalTtlMs ?? 15 * 60_000);
  return {
    engine,
    rules: createRuleIndex(engine.release),
    identify: options.identify as (host: unknown) => unknown,
    agent,
    environment: typeof environment === "function" ? environment : () => environment,
    classify: createCallClassifier(engine.release.tools, options.tools ?? {}),
    facts: new Map(Object.entries(options.facts ?? {})),
    observers: options.observers ?? [],
    state: options.state ?? requireNoLimits(engine.release),
    approvals: options.approvals ?? createMemoryApprovals(() => clock.now()),
    sessions: options.sessions,
    approvalTtlMs,
    deadlineMs,
    clock,
    newId: options.newId ?? (() => crypto.randomUUID()),
  };
}

/** A release without limits needs no store; nothing ever asks this one. */
function requireNoLimits({ rules }: ReleaseInfo): StateStore {
  const limit = rules.find(({ effect }) => effect === "budget");
  if (limit !== undefined) {
    throw new ForegoError(
      "FG4004",
      `The release has limits, such as '${limit.id}', and the guard has no store to count them in.`,
      "give createGuard() the option `state`: one of the stores of @forego/state.",
    );
  }
  // fail closed: what nobody can count is not spent
  const nowhere = () => Promise.reject(new Error("the guard has no store"));
  return { reserve: nowhere, commit: nowhere, release: nowhere, usage: nowhere, openReservations: nowhere };
}

function requireText(option: string, value: unknown): void {
  if (typeof value === "string" && value !== "" && value.isWellFormed()) return;
  throw new ForegoError("FG4002", `The option '${option}' is not a name.`, "give it a non-empty string.");
}

function requirePositive(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new ForegoError(
    "FG4002",
    `The option '${option}' is ${value}.`,
    "give it a number of milliseconds above 0.",
  );
}
