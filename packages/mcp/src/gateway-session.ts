import type { Admission, Guard } from "@forego/core";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  type JSONRPCRequest,
  type JSONRPCResponse,
  type MessageExtraInfo,
  type RequestId,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import { type AskPerson, admitRequest } from "./admit-request.ts";
import { canAsk } from "./approval-question.ts";
import { denialError, denialResult } from "./denial.ts";
import type { GatewayTrouble } from "./gateway-trouble.ts";
import { errorCodes, errorOf, isResult, property, type Result, resultOf } from "./json-rpc.ts";
import { listOf } from "./listed.ts";
import type { McpHost } from "./mcp-host.ts";
import { passedMethods } from "./passed-methods.ts";
import type { Question } from "./questions.ts";
import { type Finish, type Incoming, Relay } from "./relay.ts";
import { isDecidedSample, toModelCall } from "./sample.ts";
import { createSessionTasks } from "./session-tasks.ts";
import { type CallPlace, type DecidedRequest, isDecided, toCall } from "./to-call.ts";
import { settleResult } from "./tool-result.ts";
import type { TraceContext } from "./trace-context.ts";

/** A session of one client with one server. */
export interface GatewaySessionOptions {
  readonly guard: Guard<McpHost>;
  /** The configured name of the server. */
  readonly server: string;
  readonly transport: "stdio" | "http";
  readonly sessionId: string;
  /** Toward the client. */
  readonly client: Transport;
  /** Toward the server. */
  readonly upstream: Transport;
  /** Methods beyond the protocol's own that go to the server undecided. */
  readonly passMethods: readonly string[];
  /** Milliseconds that a person has to answer. */
  readonly approvalWaitMs: number;
  readonly trace: TraceContext;
  /** Whether the client has a stream open for what belongs to no request. */
  readonly hasStream: () => boolean;
  readonly onTrouble: (trouble: GatewayTrouble) => void;
  /** Called once, when both sides are closed. */
  readonly onEnd: () => void;
}

/** A session that runs. */
export interface GatewaySession {
  /** Connects both sides. Rejects when the server cannot be started; nothing is left then. */
  start(): Promise<void>;
  /** Whether a request with this id of the client's is under way. */
  isOpen(id: RequestId): boolean;
  /** Whether any request is under way. */
  isBusy(): boolean;
  /** Answers a request that the server will not answer, by the id that it went to the server with. */
  unanswered(upstreamId: number): void;
  /** Ends both sides. Requests that are under way are answered; calls that went to the server stay charged. */
  close(): Promise<void>;
}

/** Why a server gets no sample is none of its business. */
const refused = "The request was refused.";

/** Puts a guard between a client and a server. Calls are decided; all else that the protocol knows passes as it is. */
export function createGatewaySession(options: GatewaySessionOptions): GatewaySession {
  const { guard, server, trace } = options;
  const startedAt = performance.now();
  const tasks = createSessionTasks(guard);
  let clientCapabilities: unknown;
  // a session is one subject's: whoever sent the latest request is whom the server asks
  let latest: MessageExtraInfo | undefined;
  let state: "new" | "initializing" | "ready" = "new";
  let calls = 0;
  let answered = 0;

  const relay = new Relay({
    client: options.client,
    upstream: options.upstream,
    hasStream: options.hasStream,
    onRequest: handle,
    onQuestion: takeQuestion,
    onEnd: options.onEnd,
    onTrouble: (problem, cause) => options.onTrouble({ server, problem, cause }),
  });

  function handle(incoming: Incoming): void | Promise<void> {
    const { id, method } = incoming.request;
    latest = incoming.extra;
    if (method === "initialize") return initialize(incoming);
    // fail closed: before both sides agree on a version, nobody can say what a message means
    if (state !== "ready" && method !== "ping") {
      return refuse(id, errorCodes.invalidRequest, "The session is not initialized.");
    }
    if (isDecided(method)) return decide(incoming);
    const makeList = listOf(method);
    if (makeList !== undefined) {
      return pass(incoming, (result) => makeList(guard, viewer(incoming.extra), result));
    }
    const finish = tasks.finishOf(incoming.request);
    if (finish === "unknown") return refuse(id, errorCodes.invalidParams, "There is no such task.");
    if (finish !== undefined) return pass(incoming, finish);
    // fail closed: a method that is not known might do what nobody decided
    if (!passedMethods.has(method) && !options.passMethods.includes(method)) {
      return refuse(id, errorCodes.methodNotFound, "Method not found");
    }
    pass(incoming, (result) => result);
  }

  function initialize(incoming: Incoming): void {
    const { id, params } = incoming.request;
    if (state !== "new") {
      refuse(id, errorCodes.invalidRequest, "The session is initialized already.");
      return;
    }
    state = "initializing";
    clientCapabilities = property(params, "capabilities");
    relay.forward(incoming, questionOf(incoming), (response) => {
      const version = isResult(response) ? property(response.result, "protocolVersion") : undefined;
      state = "new";
      if (!isResult(response)) return response;
      // fail closed: a version that is not known has doors that are not known
      if (typeof version !== "string" || !SUPPORTED_PROTOCOL_VERSIONS.includes(version)) {
        return errorOf(id, errorCodes.internal, "The server speaks another version of the protocol.");
      }
      state = "ready";
      options.upstream.setProtocolVersion?.(version);
      return response;
    });
  }

  async function decide(incoming: Incoming): Promise<void> {
    const { request, signal } = incoming;
    const decided = toCall(request, place(incoming));
    const admission = await trace.within(request.params, () => admit(incoming, decided));
    if (signal.aborted) {
      // nothing was sent, so nothing was done
      if (admission.decision.allow) await guard.settle(admission, { error: new Error("cancelled") });
      return;
    }
    // fail closed: only an allow goes to the server
    if (!admission.decision.allow) return relay.reply(denialOf(incoming, admission));
    relay.forward(incoming, decided.forward(admission.args), finishCall(incoming, decided, admission));
  }

  async function admit(incoming: Incoming, { call, isNamed }: DecidedRequest): Promise<Admission> {
    if (isNamed) return admitRequest(guard, call, askThrough(incoming));
    // fail closed: a call of nothing is not handed on, for the server to find out what it means
    const decision = await guard.deny(call, "forego.invalid_input", "the call has no name");
    return { decision, requests: [] };
  }

  function askThrough(incoming: Incoming): AskPerson | undefined {
    // a client that shows nobody anything is not asked
    if (!canAsk(clientCapabilities)) return undefined;
    return async (question) => {
      // whether an answer still counts is up to the guard and its clock; this is how long the client is waited for
      const signal = AbortSignal.any([incoming.signal, AbortSignal.timeout(options.approvalWaitMs)]);
      const answer = await relay.ask(question, incoming, signal);
      if (answer === undefined || !isResult(answer.response)) return undefined;
      return { result: answer.response.result, host: hostOf(answer.extra) };
    };
  }

  function takeQuestion(
    request: JSONRPCRequest,
    handOn: (finish?: Finish) => void,
    refuse: (message: string) => void,
  ): void | Promise<void> {
    if (!isDecidedSample(guard, request)) return handOn();
    return sample(request, handOn, refuse);
  }

  async function sample(
    request: JSONRPCRequest,
    handOn: (finish?: Finish) => void,
    refuse: (message: string) => void,
  ): Promise<void> {
    calls += 1;
    const place = { ...viewer(latest), callId: `${options.sessionId}:${calls}` };
    const admission = await guard.admit(toModelCall(request, place));
    // fail closed: only an allow goes to the client's model
    if (!admission.decision.allow) return refuse(refused);
    handOn(async (response) => {
      const outcome = isResult(response) ? { result: null } : { error: response.error };
      const { withheld } = await guard.settle(admission, outcome);
      // fail closed: an answer that could not be counted is not handed on
      return withheld ? errorOf(request.id, errorCodes.refused, refused) : response;
    });
  }

  function finishCall(incoming: Incoming, { call }: DecidedRequest, admission: Admission): Finish {
    const { id, method, params } = incoming.request;
    return async (response) => {
      if (method === "tools/call") answered += 1;
      if (!isResult(response)) {
        await guard.settle(admission, { error: response.error });
        return response;
      }
      if (method !== "tools/call") {
        await guard.settle(admission, { result: null });
        return response;
      }
      const admitted = { tool: call.tool, server, admission };
      const isTask = property(params, "task") !== undefined;
      const created = isTask ? tasks.begin(response.result, admitted) : undefined;
      const settle = () => settleResult(guard, admitted, response.result);
      return resultOf(id, created ?? (await trace.within(params, settle)));
    };
  }

  function viewer(extra: MessageExtraInfo | undefined) {
    const ageSeconds = Math.max(0, Math.floor((performance.now() - startedAt) / 1000));
    return {
      host: hostOf(extra),
      conversationId: options.sessionId,
      session: { toolCallCount: answered, ageSeconds },
    };
  }

  function place(incoming: Incoming): CallPlace {
    calls += 1;
    // a client may use an id again: as another call it is decided and charged anew
    const callId = `${options.sessionId}:${calls}:${JSON.stringify(incoming.request.id)}`;
    return { ...viewer(incoming.extra), callId };
  }

  function hostOf(extra: MessageExtraInfo | undefined): McpHost {
    const host = { adapter: "mcp", transport: options.transport, server } as const;
    return extra?.authInfo === undefined ? host : { ...host, authInfo: extra.authInfo };
  }

  /** Sends a request on that is not decided; what it comes to goes through `finish`. */
  function pass(incoming: Incoming, finish: (result: Result) => Result | Promise<Result>): void {
    const { id, params } = incoming.request;
    relay.forward(incoming, questionOf(incoming), async (response) =>
      isResult(response) ? resultOf(id, await trace.within(params, () => finish(response.result))) : response,
    );
  }

  function refuse(id: RequestId, code: number, message: string): void {
    relay.reply(errorOf(id, code, message));
  }

  return {
    start: () => relay.start(),
    isOpen: (id) => relay.isOpen(id),
    isBusy: () => relay.isBusy,
    unanswered: (upstreamId) => relay.unanswered(upstreamId),
    close: () => relay.close(),
  };
}

function questionOf({ request: { method, params } }: Incoming): Question {
  return { method, ...(params === undefined ? {} : { params }) };
}

/** A tool's denial is a result, that the model reads. A call that was to become a task has no such result. */
function denialOf({ request: { id, method, params } }: Incoming, { decision }: Admission): JSONRPCResponse {
  const isPlainCall = method === "tools/call" && property(params, "task") === undefined;
  return isPlainCall ? resultOf(id, denialResult(decision)) : denialError(id, decision);
}
