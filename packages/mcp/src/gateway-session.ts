import type { Guard } from "@forego/core";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  type JSONRPCRequest,
  type MessageExtraInfo,
  type RequestId,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import { type ConversationOptions, createConversation } from "./decisions/conversation.ts";
import { listOf } from "./decisions/listed.ts";
import { passedMethods, statelessMethods } from "./decisions/passed-methods.ts";
import type { Question } from "./decisions/questions.ts";
import { isDecided } from "./decisions/to-call.ts";
import type { GatewayTrouble } from "./gateway-trouble.ts";
import { createArgumentHeaders } from "./http/argument-headers.ts";
import { errorCodes, errorOf, isResult, property, type Result, resultOf } from "./json-rpc.ts";
import type { McpHost } from "./mcp-host.ts";
import type { Finish, Incoming } from "./open-requests.ts";
import { openUpstream, type ServerPlace } from "./open-upstream.ts";
import { Relay } from "./relay.ts";
import { createSessionCalls } from "./session-calls.ts";
import { createSessionTasks, type TaskFinish } from "./session-tasks.ts";
import { isDecidedSample } from "./stateless/samples.ts";
import {
  claimedVersion,
  discovered,
  isComplete,
  isStateless,
  statelessVersion,
  uncached,
} from "./stateless/stateless.ts";
import type { TraceContext } from "./trace-context.ts";

/** A session of one client with one server. */
export interface GatewaySessionOptions extends ConversationOptions {
  readonly guard: Guard<McpHost>;
  /** Toward the client. */
  readonly client: Transport;
  /** Where the server is. */
  readonly place: ServerPlace;
  /** Methods beyond the protocol's own that go to the server undecided. */
  readonly passMethods: readonly string[];
  /** Milliseconds that a person has to answer. */
  readonly approvalWaitMs: number;
  readonly trace: TraceContext;
  /** Whether the client has a stream open for what belongs to no request. */
  readonly hasStream: () => boolean;
  readonly onTrouble: (trouble: GatewayTrouble) => void;
  /** Called once, when the session takes no more requests. */
  readonly onClosing?: () => void;
  /** Called once, when both sides are closed. */
  readonly onEnd: () => void;
}

/** A session that runs. */
export interface GatewaySession {
  /** Connects both sides. Rejects when the server cannot be started; nothing is left then. */
  start(): Promise<void>;
  /** Whether a request with this id of the client's is under way. */
  isOpen(id: RequestId): boolean;
  /** Whether any request is under way, or waits for its client. */
  isBusy(): boolean;
  /** Whether a call waits for its client to make it again. */
  isWaiting(): boolean;
  /** Ends both sides. Requests that are under way are answered; calls that went to the server stay charged. */
  close(): Promise<void>;
}

/** Puts a guard between a client and a server. Calls are decided; all else that the protocol knows passes as it is. */
export function createGatewaySession(options: GatewaySessionOptions): GatewaySession {
  const { guard, server, trace } = options;
  const conversation = createConversation(options);
  const tasks = createSessionTasks(guard);
  let clientCapabilities: unknown;
  // a session is one subject's: whoever sent the latest request is whom the server asks
  let latest: MessageExtraInfo | undefined;
  let state: "new" | "initializing" | "ready" = "new";

  const upstream = openUpstream(options.place, (id) => relay.unanswered(id));
  const relay = new Relay({
    client: options.client,
    upstream,
    hasStream: options.hasStream,
    onRequest: handle,
    onQuestion: takeQuestion,
    onClosing: options.onClosing ?? (() => {}),
    onEnd: options.onEnd,
    onTrouble: (problem, cause) => options.onTrouble({ server, problem, cause }),
  });

  const { approvalWaitMs } = options;
  const argumentHeaders = createArgumentHeaders();
  const callsOptions = { guard, conversation, relay, tasks, trace, approvalWaitMs, argumentHeaders };
  const calls = createSessionCalls({ ...callsOptions, clientCapabilities: () => clientCapabilities });

  function handle(incoming: Incoming): void | Promise<void> {
    const { request, extra } = incoming;
    const { method, params } = request;
    latest = extra;
    const version = claimedVersion(params);
    const isAlone = isStateless(params);
    if (method === "initialize" && !isAlone) return initialize(incoming);
    // fail closed: before both sides agree on a version, nobody can say what a message means
    if (!isAlone && state !== "ready" && method !== "ping")
      return refuse(incoming, errorCodes.invalidRequest, "The session is not initialized.");
    // fail closed: what a request of an unknown version means, nobody can say either
    if (isAlone && version !== statelessVersion) {
      const versions = { supported: [statelessVersion], requested: version };
      return refuse(incoming, errorCodes.unsupportedVersion, "This version is not spoken here.", versions);
    }
    if (isDecided(method)) return calls.decide(incoming);
    const makeList = listOf(method);
    if (makeList !== undefined) {
      const viewer = conversation.viewer(extra);
      const ofResult = async (result: Result) => {
        if (method === "tools/list") argumentHeaders.learn(result);
        return uncached(await makeList(guard, viewer, result));
      };
      return pass(incoming, { ofResult });
    }
    const finish = isAlone ? undefined : tasks.finishOf(request);
    if (finish === "unknown") return refuse(incoming, errorCodes.invalidParams, "There is no such task.");
    if (finish !== undefined) return pass(incoming, finish);
    // fail closed: a method that is not known might do what nobody decided
    if (!(isAlone ? statelessMethods : passedMethods).has(method) && !options.passMethods.includes(method))
      return refuse(incoming, errorCodes.methodNotFound, "Method not found");
    pass(incoming, method === "server/discover" ? { ofResult: discovered } : {});
  }

  function initialize(incoming: Incoming): void {
    const { id, params } = incoming.request;
    if (state !== "new") {
      refuse(incoming, errorCodes.invalidRequest, "The session is initialized already.");
      return;
    }
    state = "initializing";
    clientCapabilities = property(params, "capabilities");
    relay.forward(incoming, questionOf(incoming.request), (response) => {
      const version = isResult(response) ? property(response.result, "protocolVersion") : undefined;
      state = "new";
      if (!isResult(response)) return response;
      // fail closed: a version that is not known has doors that are not known
      if (typeof version !== "string" || !SUPPORTED_PROTOCOL_VERSIONS.includes(version)) {
        return errorOf(id, errorCodes.internal, "The server speaks another version of the protocol.");
      }
      state = "ready";
      upstream.setProtocolVersion?.(version);
      return response;
    });
  }

  function takeQuestion(
    request: JSONRPCRequest,
    handOn: (finish?: Finish) => void,
    refuse: (message: string) => void,
  ): void | Promise<void> {
    // fail closed: whoever has no session is asked by results alone
    if (state === "new") return refuse("There is nobody to ask.");
    return isDecidedSample(guard, request) ? calls.sample(request, latest, handOn, refuse) : handOn();
  }

  /** Sends a request on that is not decided; what it comes to goes through what makes the answer of it. */
  function pass(incoming: Incoming, { ofResult, ofError }: TaskFinish): void {
    const { id, params } = incoming.request;
    relay.forward(incoming, questionOf(incoming.request), async (response) => {
      if (!isResult(response)) {
        if (ofError === undefined) return response;
        return { ...response, error: await trace.within(params, () => ofError(response.error)) };
      }
      // fail closed: who is asked in the name of something undecided would be asked undecided
      if (isStateless(params) && !isComplete(response.result))
        return errorOf(id, errorCodes.internal, "The server's answer is no result.");
      if (ofResult === undefined) return response;
      return resultOf(id, await trace.within(params, () => ofResult(response.result)));
    });
  }

  function refuse(incoming: Incoming, code: number, message: string, data?: unknown): void {
    relay.reply(incoming, errorOf(incoming.request.id, code, message, data));
  }

  return {
    start: () => relay.start(),
    isOpen: (id) => relay.isOpen(id),
    isBusy: () => relay.isBusy || calls.isWaiting(),
    isWaiting: () => calls.isWaiting(),
    close: () => relay.close(),
  };
}

/** A request as it goes to the server: without answers to questions, which it cannot have been asked. */
function questionOf({ method, params }: JSONRPCRequest): Question {
  if (params === undefined) return { method };
  if (!isStateless(params)) return { method, params };
  const { inputResponses: _answers, requestState: _state, ...others } = params;
  return { method, params: others };
}
