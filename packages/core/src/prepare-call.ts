import type { Call, SessionView } from "./call.ts";
import type { CallIdentity } from "./call-ledger.ts";
import { classifyCall } from "./classify.ts";
import type { Input, Phase } from "./contract.ts";
import { contractVersion, phases } from "./contract.ts";
import { type Trouble, troubleOf } from "./evaluate-input.ts";
import { type FactFailure, fetchFacts } from "./facts.ts";
import type { GuardSetup } from "./guard-options.ts";
import { isVerifiedIdentity, type VerifiedIdentity, verified } from "./identity.ts";
import { callLimits, type Json, snapshotJson } from "./json-snapshot.ts";
import { type Steps, wait } from "./steps.ts";

/** A call that is ready to be evaluated, or the trouble that keeps it from being so. */
export interface PreparedCall {
  readonly call: Call;
  readonly phase: Phase;
  /** Monotonic milliseconds at which work on the call began. */
  readonly startedAt: number;
  readonly identity: VerifiedIdentity | undefined;
  readonly args: Json;
  readonly argsSize: number;
  readonly ready: { readonly input: Input } | Trouble;
  readonly factFailures: readonly FactFailure[];
}

/**
 * Checks the arguments, identifies the caller, classifies the call and fetches the facts that applicable rules read.
 * Never throws: whatever goes wrong is trouble, and trouble is a deny.
 */
export function* prepareCall(setup: GuardSetup, call: Call): Steps<PreparedCall> {
  const startedAt = setup.clock.monotonic();
  const phase = call.phase ?? "tool_call";
  const snapshot = snapshotJson(call.args ?? {});
  const args = snapshot.ok ? snapshot.value : null;
  const base = { call, phase, startedAt, args, argsSize: snapshot.ok ? snapshot.size : 0, factFailures: [] };

  const identity = yield* identifyCaller(setup, call.host);
  if ("trouble" in identity) return { ...base, identity: undefined, ready: identity };
  // fail closed: names that engines would read differently are not looked at
  if (!hasReadableNames(call, phase)) {
    const trouble: Trouble = { trouble: "forego.invalid_input", cause: "a name in the call is not readable" };
    return { ...base, identity, ready: trouble };
  }
  // fail closed: arguments that cannot be checked are not looked at
  if (!snapshot.ok || !isRecord(args)) {
    const cause = snapshot.ok ? "the arguments are not an object" : snapshot.problem;
    return { ...base, identity, ready: { trouble: "forego.invalid_arguments", cause } };
  }
  try {
    const input = buildInput(setup, call, phase, identity, args);
    const fetched = yield* fetchFactsFor(setup, call, input);
    return { ...base, identity, ready: { input: fetched.input }, factFailures: fetched.failures };
  } catch (cause) {
    // fail closed: a call whose circumstances cannot be found out is not decided
    return { ...base, identity, ready: troubleOf(cause, "forego.engine_error") };
  }
}

/** The prepared call in the `tool_result` phase: the same call, with what the tool returned. */
export function* prepareResult(
  setup: GuardSetup,
  prepared: PreparedCall,
  result: unknown,
): Steps<PreparedCall> {
  const startedAt = setup.clock.monotonic();
  const base = { ...prepared, phase: "tool_result" as const, startedAt, factFailures: [] };
  if ("trouble" in prepared.ready) return base;
  const snapshot = snapshotJson(result ?? null);
  // fail closed: a result that cannot be checked is withheld
  if (!snapshot.ok) return { ...base, ready: { trouble: "forego.invalid_input", cause: snapshot.problem } };
  const { input } = prepared.ready;
  const action = { ...input.action, type: "tool_result" as const, result: snapshot.value };
  try {
    const fetched = yield* fetchFactsFor(setup, prepared.call, { ...input, action });
    return { ...base, ready: { input: fetched.input }, factFailures: fetched.failures };
  } catch (cause) {
    // fail closed: as for calls; the result is withheld
    return { ...base, ready: troubleOf(cause, "forego.engine_error") };
  }
}

/** What the ledger knows the call by; `undefined` for a call without an id. */
export function callIdentity(prepared: PreparedCall): CallIdentity | undefined {
  const { call, identity, phase } = prepared;
  if (call.callId === undefined) return undefined;
  const key = JSON.stringify([
    identity === undefined
      ? null
      : [identity.tenant.id, identity.user?.issuer ?? null, identity.user?.id ?? null],
    call.conversationId ?? null,
    call.callId,
    // hosts exist that count their call ids anew in each turn
    call.session?.turnCount ?? null,
    phase,
    call.server ?? null,
    call.tool,
    "trouble" in prepared.ready ? prepared.ready.trouble : null,
  ]);
  return { key, args: prepared.args, size: prepared.argsSize + key.length };
}

/** Asks the application who is behind a call. Whatever it answers but a verified identity is trouble. */
export function* identifyCaller(setup: GuardSetup, host: unknown): Steps<VerifiedIdentity | Trouble> {
  try {
    const identity: unknown = yield* wait(setup.identify(host));
    if (isVerifiedIdentity(identity)) return verified(identity);
    // fail closed: only what the application has marked as verified is an identity
    return { trouble: "forego.identity", cause: "identify() must answer with verified(...)" };
  } catch (cause) {
    // fail closed: who cannot be identified gets nothing
    return troubleOf(cause, "forego.identity");
  }
}

function* fetchFactsFor(
  setup: GuardSetup,
  call: Call,
  input: Input,
): Steps<{ readonly input: Input; readonly failures: readonly FactFailure[] }> {
  const names = setup.rules.applicable(input.action.type, input.action.tool).facts;
  if (names.length === 0) return { input, failures: [] };
  const { facts, failures } = yield* fetchFacts(names, setup.facts, {
    args: input.action.args as Json,
    tool: input.action.tool,
    tenant: input.tenant,
    user: input.user,
    agent: input.agent,
    conversationId: call.conversationId,
  });
  return { input: { ...input, facts }, failures };
}

function buildInput(
  setup: GuardSetup,
  call: Call,
  phase: Phase,
  identity: VerifiedIdentity,
  args: Readonly<Record<string, Json>>,
): Input {
  const released = setup.releasedTools.get(call.tool)?.data_classes;
  const declared = setup.tools.get(call.tool)?.dataClasses;
  return {
    contract: contractVersion,
    tenant: identity.tenant,
    agent: { ...setup.agent, chain: identity.chain },
    ...(identity.user === undefined ? {} : { user: identity.user }),
    action: {
      type: phase,
      tool: call.tool,
      args,
      server: call.server ?? null,
      model: call.model ?? null,
      result: null,
      data_classes_referenced: classifyCall(args, released, declared),
    },
    context: {
      ...(call.conversationId === undefined ? {} : { conversation_id: call.conversationId }),
      ...sessionContext(call.session),
    },
    environment: { ...setup.environment(), time: new Date(setup.clock.now()).toISOString() },
    facts: {},
    state: {},
    derived: {},
    granted: [],
  };
}

function sessionContext(session: SessionView = {}): Omit<Input["context"], "conversation_id"> {
  return {
    ...(isCount(session.turnCount) ? { turn_count: session.turnCount } : {}),
    ...(isCount(session.toolCallCount) ? { tool_call_count: session.toolCallCount } : {}),
    ...(isCount(session.cumulativeTokens) ? { cumulative_tokens: session.cumulativeTokens } : {}),
    ...(isAge(session.ageSeconds) ? { session_age_seconds: session.ageSeconds } : {}),
    data_classes_seen: classesSeen(session.dataClassesSeen),
  };
}

function classesSeen(classes: readonly string[] = []): string[] {
  // fail closed: classes that cannot be read are not the same as none
  if (!Array.isArray(classes)) throw new TypeError("session.dataClassesSeen is not a list");
  return [...classes];
}

function isAge(value: number | undefined): value is number {
  return Number.isFinite(value) && Number(value) >= 0;
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0;
}

const callPhases: ReadonlySet<unknown> = new Set(phases.filter((phase) => phase !== "tool_result"));

function hasReadableNames(call: Call, phase: Phase): boolean {
  if (typeof call.tool !== "string" || !callPhases.has(phase)) return false;
  const names = [call.tool, call.callId, call.conversationId, call.server, call.model];
  let length = 0;
  for (const name of names) {
    if (name === undefined) continue;
    if (typeof name !== "string" || !name.isWellFormed()) return false;
    length += name.length;
  }
  return length <= callLimits.maxSize;
}

function isRecord(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
