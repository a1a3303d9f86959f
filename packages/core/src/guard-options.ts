import { ForegoError } from "./contract/forego-error.ts";
import type { Observer } from "./decision/observer.ts";
import { type ApprovalStore, createMemoryApprovals } from "./ports/approval-store.ts";
import { type Classifier, readClassifiers } from "./ports/classifier.ts";
import type { FactProvider } from "./ports/fact-provider.ts";
import type { VerifiedIdentity } from "./ports/identity.ts";
import type { SessionStore } from "./ports/session-store.ts";
import type { StateStore } from "./ports/state-store.ts";
import type { Engine } from "./release/engine.ts";
import type { ReleaseInfo } from "./release/release.ts";
import {
  type ActiveRelease,
  activeRelease,
  type Classification,
  serverRelease,
} from "./setup/active-release.ts";
import type { ToolDeclaration } from "./setup/classify.ts";
import type { Environment, GuardSetup } from "./setup/guard-setup.ts";
import { createSeenClasses } from "./setup/seen-classes.ts";
import { type Clock, systemClock } from "./steps/clock.ts";

/** How a guard is put together. */
export interface GuardOptions<THost = unknown> {
  readonly engine: Engine;
  /**
   * The releases that came with MCP servers, by the server's name. Each is asked about that server's calls, beside the
   * main one: what it denies is denied, what it asks is asked, and it allows nothing.
   */
  readonly servers?: Readonly<Record<string, Engine>>;
  /** A release that decides beside the active one and changes nothing: observers are told where the two differ. */
  readonly shadow?: Engine;
  /** `shadow` decides everything and enforces nothing: calls run as if nobody had asked. Defaults to `enforce`. */
  readonly mode?: "enforce" | "shadow";
  /**
   * Verifies who is behind a call, from the host's own context, and answers with `verified(...)`.
   * A throw, a rejection or any other answer denies the call with `forego.identity`.
   */
  readonly identify: (host: THost) => VerifiedIdentity | PromiseLike<VerifiedIdentity>;
  /** The agent that the guard stands before. */
  readonly agent: { readonly id: string; readonly scope: string; readonly owner_team?: string };
  /** Asked at every call when it is a function. Defaults to nothing known. */
  readonly environment?: Environment | (() => Environment);
  /**
   * Data classes of tools that no policy declares, and the servers that tools come from. A tool that nobody classifies is
   * `forego:unclassified`.
   */
  readonly tools?: Readonly<Record<string, ToolDeclaration>>;
  /** What looks at arguments and results where policies say so, by the names that they use: see `@forego/classifiers`. */
  readonly classifiers?: Readonly<Record<string, Classifier>>;
  /** Providers of the facts that policies read, by name. */
  readonly facts?: Readonly<Record<string, FactProvider>>;
  readonly observers?: readonly Observer[];
  /** Counts what calls use of budgets and rate limits. Needed where the release has such: see `@forego/state`. */
  readonly state?: StateStore;
  /** Defaults to this process's memory. */
  readonly approvals?: ApprovalStore;
  /**
   * Conversations that several processes know: what the host knows less of is completed. Defaults to what the host
   * knows, and the data classes that this process remembers: for a day, of 100,000 conversations.
   */
  readonly sessions?: SessionStore;
  /** Milliseconds for which an approval request and its answer are good. Defaults to 15 minutes. */
  readonly approvalTtlMs?: number;
  /** Milliseconds for everything that a decision awaits and for the evaluation. Past it, the call is denied. Defaults to 50. */
  readonly deadlineMs?: number;
  readonly clock?: Clock;
  /**
   * Makes ids of decisions and approvals, each of them once among all processes and tenants that share a store. Defaults
   * to random UUIDs.
   */
  readonly newId?: () => string;
}

/**
 * Checks and completes a guard's options.
 *
 * @throws ForegoError FG4001 when a release was built for another contract, FG4002 when an option is not usable, FG4004
 * when limits have no store, FG4005 when a release is not for the place that it was given for, FG4006 when a classifier
 * is missing.
 */
export function completeOptions<THost>(options: GuardOptions<THost>): GuardSetup {
  const { engine, agent, environment = {}, tools = {}, servers = {}, clock = systemClock } = options;
  requireText("agent.id", agent.id);
  requireText("agent.scope", agent.scope);
  const deadlineMs = requireMs("deadlineMs", options.deadlineMs ?? 50, longestTimer);
  const approvalTtlMs = requireMs("approvalTtlMs", options.approvalTtlMs ?? 15 * 60_000, longestTtl);
  const classifiers = readClassifiers(options.classifiers ?? {});
  return {
    ...activeRelease(engine, { tools, classifiers }),
    tools,
    classifiers,
    servers: new Map(Object.entries(servers).map(([name, one]) => [name, serverRelease(name, one)])),
    serverOf: new Map(
      Object.entries(tools).flatMap(([tool, { server }]) => (server === undefined ? [] : [[tool, server]])),
    ),
    shadow: shadowRelease(options.shadow, { tools, classifiers }, options.state !== undefined),
    isEnforced: (options.mode ?? "enforce") === "enforce",
    identify: options.identify as (host: unknown) => unknown,
    agent,
    environment: typeof environment === "function" ? environment : () => environment,
    facts: new Map(Object.entries(options.facts ?? {})),
    state: options.state ?? requireNoLimits(engine.release),
    hasState: options.state !== undefined,
    approvals: options.approvals ?? createMemoryApprovals(() => clock.now()),
    sessions: options.sessions,
    seen: createSeenClasses(() => clock.monotonic()),
    approvalTtlMs,
    deadlineMs,
    clock,
    newId: options.newId ?? (() => crypto.randomUUID()),
  };
}

/**
 * The setup with another release in the place of the active one.
 *
 * @throws ForegoError FG4001, FG4004, FG4005 or FG4006 when the guard cannot use it.
 */
export function withRelease(setup: GuardSetup, engine: Engine): GuardSetup {
  if (!setup.hasState) requireNoLimits(engine.release);
  return { ...setup, ...activeRelease(engine, setup) };
}

/** The setup with another release that decides beside the active one; `undefined` ends that. */
export function withShadow(setup: GuardSetup, engine: Engine | undefined): GuardSetup {
  return { ...setup, shadow: shadowRelease(engine, setup, setup.hasState) };
}

function shadowRelease(
  engine: Engine | undefined,
  known: Classification,
  hasState: boolean,
): ActiveRelease | undefined {
  if (engine === undefined) return undefined;
  // it takes nothing from limits, and has to know what is used of them
  if (!hasState) requireNoLimits(engine.release);
  return activeRelease(engine, known);
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
  const nowhere = () => Promise.reject(new Error("the guard has no store"));
  return { reserve: nowhere, commit: nowhere, release: nowhere, usage: nowhere, openReservations: nowhere };
}

function requireText(option: string, value: unknown): void {
  if (typeof value === "string" && value !== "" && value.isWellFormed()) return;
  throw new ForegoError("FG4002", `The option '${option}' is not a name.`, "give it a non-empty string.");
}

/** The most milliseconds that a timer waits; after more, it waits for none, and all that is awaited would be too late. */
const longestTimer = 2 ** 31 - 1;

/** A thousand years: what expires later has no time that could be written. */
const longestTtl = 1000 * 365 * 86_400_000;

function requireMs(option: string, value: number, longest: number): number {
  if (value > 0 && value <= longest) return value;
  throw new ForegoError(
    "FG4002",
    `The option '${option}' is ${value}.`,
    `give it a number of milliseconds above 0, and at most ${longest}.`,
  );
}
