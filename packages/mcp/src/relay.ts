import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type {
  JSONRPCErrorResponse,
  JSONRPCMessage,
  JSONRPCNotification,
  JSONRPCRequest,
  JSONRPCResponse,
  MessageExtraInfo,
  RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import { withoutForgery } from "./decisions/denial.ts";
import { type Answer, cancelling, createQuestions, type Question } from "./decisions/questions.ts";
import type { UpstreamExtraInfo, UpstreamSendOptions } from "./http/http-upstream.ts";
import { isUnsent } from "./is-unsent.ts";
import { errorCodes, errorOf, isNotification, isRequest, isResult, property } from "./json-rpc.ts";
import { type Finish, type Incoming, OpenRequests } from "./open-requests.ts";
import { isStateless, ofSubscription, subscriptionOf } from "./stateless/stateless.ts";

/** What a relay is made of. */
export interface RelayOptions {
  /** Toward the client. */
  readonly client: Transport;
  /** Toward the server. */
  readonly upstream: Transport;
  /** Takes each request of the client's: answers it, or forwards it. */
  readonly onRequest: (incoming: Incoming) => void | Promise<void>;
  /** Takes each request of the server's: hands it on, or refuses it with a sentence. `finish` makes the server's answer of the client's. */
  readonly onQuestion: (
    request: JSONRPCRequest,
    handOn: (finish?: Finish) => void,
    refuse: (message: string) => void,
  ) => void | Promise<void>;
  /** Whether the client has a stream open for what belongs to no request. */
  readonly hasStream: () => boolean;
  readonly onTrouble: (problem: string, cause?: unknown) => void;
  /** Called once, when nothing is taken any more. */
  readonly onClosing: () => void;
  /** Called once, when both sides are closed. */
  readonly onEnd: () => void;
}

/** How many messages in a row a server may send that cannot be read, and how many questions it may have open. */
const maxUnread = 1000;
const maxQuestions = 100;

/**
 * Carries messages between one client and one server. They pass as they are, but for the ids of requests: each side
 * sees ids that the relay gave, so that nobody can answer for another, twice, or what was not asked.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #requests = new OpenRequests();
  readonly #questions = createQuestions(
    (message, about) => this.#toClient(message, about),
    (message) => this.#toServer(message),
  );
  #closing: Promise<void> | undefined;
  #unread = 0;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** Connects both sides. Rejects when the server cannot be started; nothing is left then. */
  async start(): Promise<void> {
    const { client, upstream, onTrouble } = this.#options;
    client.onmessage = (message, extra) => this.#fromClient(message, extra);
    upstream.onmessage = (message, extra?: UpstreamExtraInfo) => {
      this.#unread = 0;
      this.#fromServer(message, extra?.about);
    };
    client.onclose = () => void this.#close(false);
    upstream.onclose = () => void this.#close(true);
    client.onerror = (cause) => onTrouble("A message of the client could not be read or sent.", cause);
    upstream.onerror = (cause) => this.#notRead(cause);
    try {
      await upstream.start();
      await client.start();
    } catch (cause) {
      await this.#close(false);
      throw cause;
    }
  }

  /** Whether a request with this id of the client's is under way. */
  isOpen(id: RequestId): boolean {
    return this.#requests.get(id) !== undefined;
  }

  /** Whether any request is under way. */
  get isBusy(): boolean {
    return this.#requests.size > 0;
  }

  /** Ends both sides. Requests that are under way are answered first. */
  close(): Promise<void> {
    return this.#close(true);
  }

  /** Answers a request that the server will not answer, by the id that it went to the server with. */
  unanswered(upstreamId: number): void {
    const open = this.#requests.sentAs(upstreamId);
    if (open !== undefined) this.reply(open, endedWithoutAnswer(open.request.id));
  }

  /** Answers a request of the client's, unless nobody waits for it any more. */
  reply(incoming: Incoming, response: JSONRPCResponse): void {
    const open = this.#requests.find(incoming);
    if (open === undefined) return;
    this.#requests.end(open);
    this.#options.client.send(response).catch((cause: unknown) => {
      this.#notSent(cause);
      // what is nested too deeply to be written is answered all the same, and once: this can be written
      if (cause instanceof RangeError) this.#toClient(unhandled(response.id ?? 0));
    });
  }

  /** Sends a request of the client's on, where it is HTTP with headers; what the server answers goes through `finish`. */
  forward(
    incoming: Incoming,
    question: Question,
    finish: Finish,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    const open = this.#requests.find(incoming);
    if (open === undefined) return;
    const id = this.#requests.send(open, finish);
    const message = { jsonrpc: "2.0", id, ...question } as const;
    const options: UpstreamSendOptions = { headers };
    this.#options.upstream.send(message, options).catch((cause: unknown) => {
      // what a closed session sent may have been done
      if (this.#closing !== undefined) return;
      this.#options.onTrouble("A request could not be sent to the server.", cause);
      const problem = "The server could not be reached.";
      // what may have arrived may have been done: it stays charged, and only what was never sent has failed
      if (isUnsent(cause)) this.#answered(errorOf(id, errorCodes.connectionClosed, problem), true);
      else this.reply(open, errorOf(open.request.id, errorCodes.connectionClosed, problem));
      // a server that knows the session no more will not know it again; a client that hears so begins another
      if (!isStateless(question.params) && property(cause, "code") === 404)
        setTimeout(() => void this.close());
    });
  }

  /** Asks the client something of our own. Answers with `undefined` when the signal aborts before it does. */
  ask(question: Question, { request }: Incoming, signal: AbortSignal): Promise<Answer | undefined> {
    return this.#questions.ask(question, request.id, signal);
  }

  #close(isHeard: boolean): Promise<void> {
    this.#closing ??= this.#closeBoth(isHeard);
    return this.#closing;
  }

  async #closeBoth(isHeard: boolean): Promise<void> {
    // what is told of it may close again
    await Promise.resolve();
    this.#options.onClosing();
    for (const open of this.#requests.all()) {
      if (isHeard) this.reply(open, endedWithoutAnswer(open.request.id));
      else this.#requests.end(open);
    }
    const { client, upstream, onTrouble, onEnd } = this.#options;
    const problem = (cause: unknown) => onTrouble("A connection did not close.", cause);
    await Promise.all([client.close().catch(problem), upstream.close().catch(problem)]);
    onEnd();
  }

  #fromClient(message: JSONRPCMessage, extra: MessageExtraInfo | undefined): void {
    if (isRequest(message)) void this.#take(message, extra);
    else if (isNotification(message)) this.#notify(message);
    else if (!this.#questions.answered({ response: message, extra })) {
      this.#options.onTrouble("The client answered what nobody asked.");
    }
  }

  async #take(request: JSONRPCRequest, extra: MessageExtraInfo | undefined): Promise<void> {
    if (this.#requests.get(request.id) !== undefined) {
      // fail closed: an answer with this id would be taken for the answer to the other request
      const message = "A request with this id is under way.";
      this.#toClient({ jsonrpc: "2.0", error: { code: errorCodes.invalidRequest, message } });
      return;
    }
    // what comes while both sides are being closed is not decided: it could not be sent
    if (this.#closing !== undefined) return this.#toClient(endedWithoutAnswer(request.id));
    const open = this.#requests.begin(request, extra);
    try {
      await this.#options.onRequest(open);
    } catch (cause) {
      this.#options.onTrouble("A request could not be handled.", cause);
      this.reply(open, errorOf(request.id, errorCodes.internal, "The request could not be handled."));
    }
  }

  #notify({ method, params }: JSONRPCNotification): void {
    if (method === "notifications/cancelled") this.#cancel(params);
    // fail closed: a call that wants no answer would be made without a decision
    else if (!method.startsWith("notifications/")) {
      this.#options.onTrouble("The client sent a call without an id.");
    } else this.#toServer({ jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) });
  }

  #cancel(params: JSONRPCNotification["params"]): void {
    const open = this.#requests.get(property(params, "requestId") as RequestId);
    if (open === undefined || open.request.method === "initialize") return;
    const { upstreamId } = open;
    this.#requests.end(open);
    if (upstreamId === undefined) return;
    this.#toServer({ ...cancelling(upstreamId), params: { ...params, requestId: upstreamId } });
  }

  #notRead(cause: unknown): void {
    this.#unread += 1;
    const { onTrouble } = this.#options;
    if (this.#unread < maxUnread) onTrouble("A message of the server could not be read or sent.", cause);
    if (this.#unread !== maxUnread) return;
    onTrouble("The server sends nothing that can be read: its session ends.", cause);
    // fail closed: while a flood is read, the calls of others wait, and are denied; the rest of it is not read at all
    this.#options.upstream.close().catch(() => {});
    void this.#close(true);
  }

  #fromServer(message: JSONRPCMessage, about: RequestId | undefined): void {
    if (isRequest(message)) void this.#takeQuestion(message);
    else if (isNotification(message)) this.#fromServerNotification(message, about);
    else this.#answered(message);
  }

  async #takeQuestion(request: JSONRPCRequest): Promise<void> {
    const about = this.#related();
    const refuse = (message: string) => this.#toServer(errorOf(request.id, errorCodes.refused, message));
    // fail closed: a server does not fill the memory of the gateway
    if (this.#questions.size >= maxQuestions)
      return refuse("There are too many questions without an answer.");
    try {
      await this.#options.onQuestion(
        request,
        (finish = (answer) => answer) =>
          this.#questions.relay(request, about, (answer) => this.#handedOn(finish, answer)),
        refuse,
      );
    } catch (cause) {
      this.#options.onTrouble("A request of the server's could not be handled.", cause);
      refuse("The request could not be handled.");
    }
  }

  #answered(response: JSONRPCResponse, wasUnsent = false): void {
    const upstreamId = response.id;
    const open = this.#requests.sentAs(upstreamId);
    if (upstreamId === undefined || open?.finish === undefined) {
      this.#options.onTrouble("The server answered what nobody asked, or twice.");
      return;
    }
    const { id } = open.request;
    this.#requests.answer(upstreamId);
    const { finish } = open;
    const own = isResult(response) ? { ...response, result: ofSubscription(response.result, id) } : response;
    const handOn: Finish = (answer) => finish(withoutForgery(answer), wasUnsent);
    void this.#handedOn(handOn, { ...own, id }).then((answer) => this.reply(open, answer));
  }

  async #handedOn(finish: Finish, response: JSONRPCResponse): Promise<JSONRPCResponse> {
    try {
      return await finish(response);
    } catch (cause) {
      this.#options.onTrouble("An answer could not be handled.", cause);
      // fail closed: an answer that could not be decided is not handed on
      return unhandled(response.id ?? 0);
    }
  }

  #fromServerNotification(notification: JSONRPCNotification, about: RequestId | undefined): void {
    const { method, params = {} } = notification;
    const subscription = this.#requests.sentAs(subscriptionOf(params));
    if (subscription !== undefined) {
      const { id } = subscription.request;
      this.#toClient({ ...notification, params: ofSubscription(params, id) }, id);
    } else if (method === "notifications/cancelled") this.#cancelledByServer(notification);
    else {
      const found = this.#requests.about(notification, about);
      this.#toClient(notification, found?.request.id ?? this.#related());
    }
  }

  #cancelledByServer(notification: JSONRPCNotification): void {
    const subscription = this.#requests.sentAs(property(notification.params, "requestId"));
    if (subscription?.request.method === "subscriptions/listen") {
      this.reply(subscription, endedWithoutAnswer(subscription.request.id));
    } else this.#questions.cancelled(notification, this.#related());
  }

  /**
   * The request that a message of the server's belongs to, as far as it can be known: the only one there is; with
   * several and without a stream for the rest, the latest, so that it arrives at all.
   */
  #related(): RequestId | undefined {
    return this.#requests.only(!this.#options.hasStream());
  }

  #toServer(message: JSONRPCMessage): void {
    this.#options.upstream
      .send(message)
      .catch((cause: unknown) =>
        this.#options.onTrouble("A message could not be sent to the server.", cause),
      );
  }

  #toClient(message: JSONRPCMessage, about?: RequestId): void {
    this.#options.client
      .send(message, about === undefined ? undefined : { relatedRequestId: about })
      .catch((cause: unknown) => this.#notSent(cause));
  }

  #notSent(cause: unknown): void {
    this.#options.onTrouble("A message could not be sent to the client.", cause);
  }
}

function endedWithoutAnswer(id: RequestId): JSONRPCErrorResponse {
  return errorOf(id, errorCodes.connectionClosed, "The server ended without an answer.");
}

function unhandled(id: RequestId): JSONRPCErrorResponse {
  return errorOf(id, errorCodes.internal, "The answer could not be handled.");
}
