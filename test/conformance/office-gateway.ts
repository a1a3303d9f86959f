import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Guard } from "@forego/core";
import { createGateway, type McpHost } from "@forego/mcp";
import type { Answer, DoorOptions, Person } from "./door.ts";

/** Listens with a server of the office's tools. */
export async function listenWithOffice(listener: RequestListener, stop: () => Promise<void>) {
  const http = createServer(listener);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    async close() {
      await stop();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Listens with a gateway before the office, which believes bearer tokens; answers with how the door's client reaches it. */
export async function openOfficeGateway(
  { guard, session, claim = {} }: Pick<DoorOptions, "guard" | "session" | "claim">,
  office: string,
) {
  const gateway = createGateway(guard as Guard<McpHost>, {
    servers: { office: { url: office } },
    authenticate: ({ headers }) => {
      const caller = String(headers.authorization).replace("Bearer ", "");
      return {
        subject: caller,
        authInfo: { token: "", clientId: "", scopes: [], extra: { session: caller } },
      };
    },
  });
  const claims = Object.entries(claim).map(([name, value]) => [`x-${name}`, JSON.stringify(value)]);
  const headers = { ...Object.fromEntries(claims), authorization: `Bearer ${session}` };
  return {
    url: new URL(`${await gateway.listen()}/mcp/office`),
    transportOptions: { requestInit: { headers } },
    close: () => gateway.close(),
  };
}

/** What a person answers to a form. */
export function formOf(person: Person) {
  if (person === undefined) return { action: "cancel" as const };
  return person === "approve"
    ? { action: "accept" as const, content: { approve: true } }
    : { action: "decline" as const };
}

/** What the model reads of a call over MCP. */
export async function readAnswer(call: Promise<object>): Promise<Answer> {
  try {
    const { isError, content } = (await call) as {
      readonly isError?: boolean;
      readonly content: readonly { readonly text?: string }[];
    };
    return {
      state: isError === true ? "error" : "done",
      text: content.map(({ text = "" }) => text).join("\n"),
    };
  } catch (error) {
    return { state: "error", text: String(error) };
  }
}

/** Keeps the messages that a client's person has answered with, so that they can come in again. */
export function keepAnswers<TMessage>(
  transport: { send(message: TMessage, ...options: never[]): Promise<void> },
  isAnswer: (message: TMessage) => boolean,
): readonly TMessage[] {
  const answers: TMessage[] = [];
  const send = transport.send.bind(transport);
  transport.send = (message, ...options) => {
    if (isAnswer(message)) answers.push(message);
    return send(message, ...options);
  };
  return answers;
}
