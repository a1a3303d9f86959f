import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How a proxy answers one request instead of OPA. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

/** A proxy in front of an OPA server, which answers as OPA does until it is told otherwise. */
export interface OpaProxy {
  readonly url: string;
  /** Answers requests for decisions so; `undefined` hands them to OPA. */
  misbehave(behaviour: Behaviour | undefined): void;
  /** Hands all further requests to the server on another port; a closed one closes the connection. */
  leadTo(port: number): void;
  /** Requests that came so far, with their headers. */
  readonly requests: readonly IncomingMessage[];
  /** Connections that are open. */
  connections(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a proxy on loopback. */
export async function startOpaProxy(port: number): Promise<OpaProxy> {
  let target = port;
  let behaviour: Behaviour | undefined;
  const requests: IncomingMessage[] = [];
  const server = createServer((incoming, response) => {
    requests.push(incoming);
    const isDecision = incoming.url?.startsWith("/v1/data/forego/decision/result") === true;
    if (isDecision && behaviour !== undefined) behaviour(response, incoming);
    else forward(target, incoming, response);
  });
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    misbehave: (next) => {
      behaviour = next;
    },
    leadTo: (next) => {
      target = next;
    },
    requests,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((cause, count) => (cause === null ? resolve(count) : reject(cause))),
      ),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function forward(port: number, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = incoming;
  const sent = request({ host: "127.0.0.1", port, method, path: url, headers, agent: false }, (answer) => {
    const { connection: _own, ...rest } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, rest);
    answer.pipe(response);
  });
  sent.on("error", () => response.destroy());
  incoming.pipe(sent);
}
