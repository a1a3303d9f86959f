import type { Admission, Guard } from "@forego/core";
import type { JSONRPCRequest, JSONRPCResponse, MessageExtraInfo } from "@modelcontextprotocol/sdk/types.js";
import { type AskPerson, admitRequest } from "./decisions/admit-request.ts";
import { canAsk } from "./decisions/approval-question.ts";
import type { Conversation } from "./decisions/conversation.ts";
import { denialError, denialResult } from "./decisions/denial.ts";
import { type DecidedRequest, toCall } from "./decisions/to-call.ts";
import { settleError, settleResult } from "./decisions/tool-result.ts";
import type { ArgumentHeaders } from "./http/argument-headers.ts";
import { errorCodes, errorOf, isResult, property, type Result, resultOf } from "./json-rpc.ts";
import type { McpHost } from "./mcp-host.ts";
import type { Finish, Incoming } from "./open-requests.ts";
import type { Relay } from "./relay.ts";
import type { SessionTasks } from "./session-tasks.ts";
import { createRounds } from "./stateless/rounds.ts";
import { createSamples, type Samples } from "./stateless/samples.ts";
import { capabilitiesOf, complete, isComplete, isStateless, uncached } from "./stateless/stateless.ts";
import type { TraceContext } from "./trace-context.ts";

/** What the calls of a session are decided with. */
export interface SessionCallsOptions {
  readonly guard: Guard<McpHost>;
  readonly conversation: Conversation;
  readonly relay: Relay;
  readonly tasks: SessionTasks;
  readonly trace: TraceContext;
  readonly argumentHeaders: ArgumentHeaders;
  /** What the client said that it can do, when the session began. */
  readonly clientCapabilities: () => unknown;
  /** Milliseconds that a person has to answer. */
  readonly approvalWaitMs: number;
}

/** The calls of a session: what is decided before it goes to the server. */
export interface SessionCalls {
  decide(incoming: Incoming): Promise<void>;
  /** Whether a call waits for its client to make it again. */
  isWaiting(): boolean;
  /** Takes a request of the server's for a sample, as calls of models are decided. */
  sample(
    request: JSONRPCRequest,
    from: MessageExtraInfo | undefined,
    handOn: (finish?: Finish) => void,
    refuse: (message: string) => void,
  ): Promise<void>;
}

/** A call that waits for its client to make it again: the guard has asked about it, or the server. */
interface Round {
  readonly callId: string;
  /** Whom the guard asks to approve what. */
  readonly requests?: readonly string[];
  /** What the server asked about, once the call was admitted. */
  readonly running?: RunningCall;
}

/** A call that a server has begun, and asks about. */
interface RunningCall {
  readonly admission: Admission;
  readonly serverState: unknown;
  /** Names of what the server asked. */
  readonly asked: readonly string[];
  readonly samples: Samples;
  /** How often the server has asked. */
  readonly turns: number;
}

/** A call on its way. */
interface Pending {
  readonly incoming: Incoming;
  readonly decided: DecidedRequest;
  readonly round: Round | undefined;
}

/** How often a server may ask about one call. */
const maxTurns = 20;
/** Characters of what a server wants to be told again. */
const maxStateLength = 65_536;
/** The name of the guard's own question, where a result asks. */
const approval = "dev.forego/approval";
/** Why a server gets no sample is none of its business. */
const refused = "The request was refused.";

/** Decides the calls of one session. */
export function createSessionCalls(options: SessionCallsOptions): SessionCalls {
  const { guard, conversation, relay, tasks, trace } = options;
  const rounds = createRounds<Round>(options.approvalWaitMs);

  async function decide(incoming: Incoming): Promise<void> {
    const { request, signal } = incoming;
    const round = isStateless(request.params) ? await resume(incoming) : undefined;
    if (round === "unknown")
      return relay.reply(
        incoming,
        errorOf(request.id, errorCodes.invalidParams, "The request state does not count."),
      );
    const place = conversation.place(incoming.extra, request.id);
    const decided = toCall(request, round === undefined ? place : { ...place, callId: round.callId });
    const pending = { incoming, decided, round };
    const admission = round?.running?.admission ?? (await trace.within(request.params, () => admit(pending)));
    if (admission === undefined) return;
    if (signal.aborted) {
      // nothing was sent, so nothing was done
      if (admission.decision.allow && round?.running === undefined)
        await guard.settle(admission, { error: new Error("cancelled") });
      return;
    }
    // fail closed: only an allow goes to the server
    if (!admission.decision.allow) return relay.reply(incoming, denialOf(request, admission));
    const answers = await answersOf(request, round?.running);
    if (answers === undefined) return relay.reply(incoming, await refuse(request, admission, refused));
    const { method, params } = decided.forward(admission.args);
    const headers = options.argumentHeaders.headersOf(decided.call.tool, property(params, "arguments"));
    const question = { method, params: { ...params, ...answers } };
    relay.forward(incoming, question, finishCall(pending, admission), headers);
  }

  /** What a request goes on with. */
  async function resume(incoming: Incoming): Promise<Round | "unknown" | undefined> {
    const round = rounds.resume(incoming);
    if (round === undefined || round === "unknown" || round.running === undefined) return round;
    const { admission, samples, serverState } = round.running;
    const isTold = Object.keys(answersIn(incoming.request, round.running)).length > 0;
    if (isTold || serverState !== undefined) return round;
    // fail closed: to a server that is told nothing it is another call, and is decided as one
    await samples.settle({});
    await guard.settle(admission, { result: null });
    return undefined;
  }

  /** Admits a call; `undefined` when it was put off, and its client has been told so. */
  function admit({ incoming, decided, round }: Pending): Promise<Admission | undefined> {
    const asks = isStateless(incoming.request.params) ? askByResult : askThroughClient;
    return admitRequest(guard, decided.call, asks({ incoming, decided, round }));
  }

  function askThroughClient({ incoming }: Pending): AskPerson | undefined {
    // a client that shows nobody anything is not asked
    if (!canAsk(options.clientCapabilities())) return undefined;
    return async (question) => {
      // whether an answer still counts is up to the guard and its clock; this is how long the client is waited for
      const signal = AbortSignal.any([incoming.signal, AbortSignal.timeout(options.approvalWaitMs)]);
      const answer = await relay.ask(question, incoming, signal);
      if (answer === undefined || !isResult(answer.response)) return undefined;
      return { result: answer.response.result, host: conversation.hostOf(answer.extra) };
    };
  }

  function askByResult({ incoming, decided, round }: Pending): AskPerson | undefined {
    const { request, extra } = incoming;
    if (!canAsk(capabilitiesOf(request.params))) return undefined;
    return async (question, requests) => {
      // fail closed: an answer to another question is none
      if (round?.requests?.join() === requests.join()) {
        const answers = property(request.params, "inputResponses");
        return { result: property(answers, approval), host: conversation.hostOf(extra) };
      }
      const { callId } = decided.call;
      const requestState = rounds.putOff(incoming, { callId: callId ?? "", requests });
      const inputRequests = { [approval]: question };
      relay.reply(
        incoming,
        resultOf(request.id, { resultType: "input_required", inputRequests, requestState }),
      );
      return "later";
    };
  }

  /** What goes to a server that asked: the answers to that, and no others. `undefined` where it may not have them. */
  async function answersOf(request: JSONRPCRequest, running: Round["running"]): Promise<Result | undefined> {
    // fail closed: what nobody asked for, nobody has decided
    if (running === undefined) return {};
    const { samples, serverState } = running;
    const inputResponses = answersIn(request, running);
    if (!(await samples.settle(inputResponses))) return undefined;
    return { inputResponses, ...(serverState === undefined ? {} : { requestState: serverState }) };
  }

  function finishCall(pending: Pending, admission: Admission): Finish {
    const { request } = pending.incoming;
    return async (response, wasUnsent) => {
      if (isStateless(request.params) && isResult(response) && !isComplete(response.result)) {
        const isAsking = property(response.result, "resultType") === "input_required";
        if (isAsking) return putOff(pending, admission, response.result);
        // fail closed: what is no result yet may become one that nobody decides
        return refuse(request, admission, "The server's answer is of an unknown type.");
      }
      if (wasUnsent) {
        await guard.settle(admission, { error: new Error("the call could not be sent") });
        return response;
      }
      if (request.method === "tools/call") conversation.answered();
      return finish(request, admission, response);
    };
  }

  async function finish(
    { id, method, params }: JSONRPCRequest,
    admission: Admission,
    response: JSONRPCResponse,
  ): Promise<JSONRPCResponse> {
    const inForm = (result: Result) => (isStateless(params) ? complete(uncached(result)) : result);
    if (method !== "tools/call") {
      await guard.settle(admission, { result: null });
      return isResult(response) ? resultOf(id, inForm(response.result)) : response;
    }
    if (!isResult(response)) {
      const { error } = response;
      return { ...response, error: await trace.within(params, () => settleError(guard, admission, error)) };
    }
    const isTask = property(params, "task") !== undefined;
    const created = isTask ? tasks.begin(response.result, admission) : undefined;
    const settle = () => settleResult(guard, admission, response.result);
    return resultOf(id, inForm(created ?? (await trace.within(params, settle))));
  }

  /** Hands on what a server asks before it answers: the call goes on when it is made again. */
  async function putOff(
    { incoming, decided: { call }, round }: Pending,
    admission: Admission,
    asking: Result,
  ): Promise<JSONRPCResponse> {
    const { request, extra } = incoming;
    const inputRequests = property(asking, "inputRequests");
    const serverState = property(asking, "requestState");
    const turns = (round?.running?.turns ?? 0) + 1;
    const samples = await createSamples(guard, inputRequests, () => conversation.place(extra));
    // fail closed: a server does not fill the memory of the gateway, nor keep a call running for ever
    const isTooMuch = turns > maxTurns || JSON.stringify(serverState ?? "").length > maxStateLength;
    if (samples === undefined || isTooMuch) return refuse(request, admission, refused);
    const running = { admission, serverState, asked: Object.keys(inputRequests ?? {}), samples, turns };
    const requestState = rounds.putOff(incoming, { callId: call.callId ?? "", running });
    return resultOf(request.id, { resultType: "input_required", inputRequests, requestState });
  }

  /** Ends a call that a server has begun: what it reserved is charged. */
  async function refuse(
    { id }: JSONRPCRequest,
    admission: Admission,
    message: string,
  ): Promise<JSONRPCResponse> {
    await guard.settle(admission, { result: null });
    return errorOf(id, errorCodes.refused, message);
  }

  return {
    decide,
    isWaiting: () => rounds.isWaiting(),
    async sample(request, from, handOn, refuseSample) {
      const asked = { sample: { method: request.method, params: request.params } };
      const samples = await createSamples(guard, asked, () => conversation.place(from));
      // fail closed: only an allow goes to the client's model
      if (samples === undefined) return refuseSample(refused);
      handOn(async (response) => {
        const answers = isResult(response) ? { sample: response.result } : {};
        // fail closed: an answer that could not be counted is not handed on
        return (await samples.settle(answers)) ? response : errorOf(request.id, errorCodes.refused, refused);
      });
    },
  };
}

/** The answers in a request to what a server asked. */
function answersIn({ params }: JSONRPCRequest, { asked }: RunningCall): Readonly<Record<string, unknown>> {
  const given = property(params, "inputResponses");
  const answers = asked.map((name) => [name, property(given, name)] as const);
  return Object.fromEntries(answers.filter(([, answer]) => answer !== undefined));
}

/** A tool's denial is a result, that the model reads. A call that was to become a task has no such result. */
function denialOf(request: JSONRPCRequest, { decision }: Admission): JSONRPCResponse {
  const { id, method, params } = request;
  if (method !== "tools/call" || property(params, "task") !== undefined) return denialError(id, decision);
  const denial = denialResult(decision);
  return resultOf(id, isStateless(request.params) ? complete(denial) : denial);
}
