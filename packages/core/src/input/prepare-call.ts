import type { Call, SessionView } from "../contract/call.ts";
import { contractVersion, type Input, type Phase, phases, unclassified } from "../contract/contract.ts";
import { callLimits, copyJson, type Json, snapshotJson, snapshotResult } from "../json/json-snapshot.ts";
import { isVerifiedIdentity, type VerifiedIdentity, verified } from "../ports/identity.ts";
import type { Environment, GuardSetup } from "../setup/guard-setup.ts";
import { timeText } from "../steps/clock.ts";
import { ask, isThenable, type Steps } from "../steps/steps.ts";
import { type Trouble, troubleOf } from "../steps/trouble.ts";
import { completeSession } from "./complete-session.ts";
import { type FactFailure, fetchFacts } from "./fetch-facts.ts";
import { isReadAsWritten } from "./read-as-written.ts";

/** A call that is ready to be evaluated, or the trouble that keeps it from being so. */
export interface PreparedCall {
  /** The guard as it was when the call came: the call sees one release, whatever is swapped meanwhile. */
  readonly setup: GuardSetup;
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
 *
 * @param isTemplate whether the call is named by a template, which is no name yet.
 */
export function* prepareCall(setup: GuardSetup, given: Call, isTemplate = false): Steps<PreparedCall> {
  const startedAt = setup.clock.monotonic();
  const phase = given.phase ?? "tool_call";
  const call = phase === "tool_call" ? withItsServer(setup, given) : given;
  const snapshot = snapshotJson(call.args === undefined ? {} : call.args);
  const args = snapshot.ok ? snapshot.value : null;
  const argsSize = snapshot.ok ? snapshot.size : 0;
  const base = { setup, call, phase, startedAt, args, argsSize, factFailures: [] };

  const identity = yield* identifyCaller(setup, call.host);
  if ("trouble" in identity) return { ...base, identity: undefined, ready: identity };
  // fail closed: names that engines would read differently are not looked at
  if (!hasReadableNames(call, phase)) {
    const trouble: Trouble = { trouble: "forego.invalid_input", cause: "a name in the call is not readable" };
    return { ...base, identity, ready: trouble };
  }
  // fail closed: rules speak about the URI that they see, and not about the one that is read
  if (phase === "mcp_resource_read" && !isTemplate && !isReadAsWritten(call.tool)) {
    const trouble: Trouble = { trouble: "forego.invalid_input", cause: "the URI is read as another one" };
    return { ...base, identity, ready: trouble };
  }
  // fail closed: arguments that cannot be checked are not looked at
  if (!snapshot.ok || !isRecord(args)) {
    const cause = snapshot.ok ? "the arguments are not an object" : snapshot.problem;
    return { ...base, identity, ready: { trouble: "forego.invalid_arguments", cause } };
  }
  try {
    const session = yield* completeSession(setup, identity, call);
    const classes = (yield* setup.classify.call(call.tool, args)) ?? classesOfUnknown(phase, session);
    const input = buildInput(setup, { ...call, session }, phase, identity, args, classes);
    const fetched = yield* fetchFactsFor(setup, call, input);
    return { ...base, identity, ready: { input: fetched.input }, factFailures: fetched.failures };
  } catch (cause) {
    // fail closed: a call whose circumstances cannot be found out is not decided
    return { ...base, identity, ready: troubleOf(cause, "forego.engine_error") };
  }
}

/** The call with the server of its tool: what the host says of it, else the application. */
function withItsServer({ serverOf }: GuardSetup, call: Call): Call {
  const server = call.server ?? serverOf.get(call.tool);
  return server === call.server || server === undefined ? call : { ...call, server };
}

/** The prepared call in the `tool_result` phase: the same call, with what the tool returned. */
export function* prepareResult(
  setup: GuardSetup,
  prepared: PreparedCall,
  result: unknown,
): Steps<PreparedCall> {
  const startedAt = setup.clock.monotonic();
  const base = { ...prepared, setup, phase: "tool_result" as const, startedAt, factFailures: [] };
  if ("trouble" in prepared.ready) return base;
  const snapshot = snapshotResult(result);
  // fail closed: a result that cannot be checked is withheld
  if (!snapshot.ok) return { ...base, ready: { trouble: "forego.invalid_input", cause: snapshot.problem } };
  const { input } = prepared.ready;
  try {
    const classes = yield* setup.classify.result(
      input.action.tool,
      snapshot.value,
      input.action.data_classes_referenced,
    );
    const action = {
      ...input.action,
      type: "tool_result" as const,
      result: snapshot.value,
      data_classes_referenced: [...classes],
    };
    // what was true before the call need not be true after it
    const fetched = yield* fetchFactsFor(setup, prepared.call, { ...input, action, facts: {} });
    return { ...base, ready: { input: fetched.input }, factFailures: fetched.failures };
  } catch (cause) {
    // fail closed: as for calls; the result is withheld
    return { ...base, ready: troubleOf(cause, "forego.engine_error") };
  }
}

/** Asks the application who is behind a call. Whatever it answers but a verified identity is trouble. */
export function* identifyCaller(setup: GuardSetup, host: unknown): Steps<VerifiedIdentity | Trouble> {
  try {
    const identity: unknown = yield* ask(setup.identify, () => setup.identify(host));
    if (isVerifiedIdentity(identity)) return verified(identity);
    // fail closed: only what the application has marked as verified is an identity
    return { trouble: "forego.identity", cause: "identify() must answer with verified(...)" };
  } catch (cause) {
    // fail closed: who cannot be identified gets nothing
    return troubleOf(cause, "forego.identity");
  }
}

/** The input with the facts that rules read about the call, those aside that it has. */
export function* fetchFactsFor(
  setup: GuardSetup,
  call: Call,
  input: Input,
): Steps<{ readonly input: Input; readonly failures: readonly FactFailure[] }> {
  const names = factsRead(setup, input).filter((name) => !Object.hasOwn(input.facts, name));
  if (names.length === 0) return { input, failures: [] };
  const { tenant, user, agent, action } = input;
  const { facts, failures } = yield* fetchFacts(names, setup.facts, {
    // a provider that sorts or completes what it is handed changes nothing of what is decided
    ...copyJson({ args: action.args as Json, tenant, user, agent }),
    tool: action.tool,
    conversationId: call.conversationId,
  });
  return { input: { ...input, facts: { ...input.facts, ...facts } }, failures };
}

function factsRead(setup: GuardSetup, { action: { type, tool, server } }: Input): readonly string[] {
  const { facts } = setup.rules.applicable(type, tool);
  const beside = server === null ? undefined : setup.servers.get(server)?.rules.applicable(type, tool).facts;
  return beside === undefined ? facts : [...new Set([...facts, ...beside])];
}

function buildInput(
  setup: GuardSetup,
  call: Call,
  phase: Phase,
  identity: VerifiedIdentity,
  args: Readonly<Record<string, Json>>,
  classes: readonly string[],
): Input {
  const input: Input = {
    contract: contractVersion,
    tenant: identity.tenant,
    agent: { ...setup.agent, chain: identity.chain },
    action: {
      type: phase,
      tool: call.tool,
      args,
      server: call.server ?? null,
      model: call.model ?? null,
      result: null,
      data_classes_referenced: [...classes],
    },
    context: buildContext(call.conversationId, call.session),
    environment: { ...environmentOf(setup), time: timeText(setup.clock.now()) },
    facts: {},
    state: {},
    derived: {},
    granted: [],
  };
  // what is absent has no name: for a rule that reads it, a name with nothing behind it is another input
  if (identity.user !== undefined) input.user = identity.user;
  return input;
}

function environmentOf({ environment }: GuardSetup): Environment {
  const known = environment();
  if (!isThenable(known)) return known;
  // nobody waits for it: its rejection must not end the process
  Promise.resolve(known).catch(() => {});
  // fail closed: what somebody still finds out is not the same as nothing known
  throw new TypeError("the option 'environment' answers with a promise");
}

/** The data classes of a call that nobody has classified. */
function classesOfUnknown(phase: Phase, { dataClassesSeen = [] }: SessionView): readonly string[] {
  // what is sent to a model is the conversation
  if (phase === "model_call") return dataClassesSeen;
  // fail closed: what nobody has classified belongs to a class that nobody is cleared for
  return [unclassified];
}

function buildContext(conversationId: string | undefined, session: SessionView = {}): Input["context"] {
  const data_classes_seen = classesSeen(session.dataClassesSeen);
  const context: Input["context"] =
    conversationId === undefined
      ? { data_classes_seen }
      : { conversation_id: conversationId, data_classes_seen };
  if (isCount(session.turnCount)) context.turn_count = session.turnCount;
  if (isCount(session.toolCallCount)) context.tool_call_count = session.toolCallCount;
  if (isCount(session.cumulativeTokens)) context.cumulative_tokens = session.cumulativeTokens;
  if (isAge(session.ageSeconds)) context.session_age_seconds = session.ageSeconds;
  return context;
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
  if (typeof call.tool !== "string" || call.tool === "" || !callPhases.has(phase)) return false;
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
