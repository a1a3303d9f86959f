import { type AuthZenHost, bearerKeys, createAuthZenHandler } from "@forego/authzen";
import { type Guard, textDigest } from "@forego/core";
import { serveHandler } from "../../../packages/cli/src/serve/serve-handler.ts";
import type { Answer, Door, DoorOptions, ModelCall, OpenDoor, Person } from "../door.ts";
import { readAnswer } from "../office-gateway.ts";
import { callOffice } from "../office-server.ts";

/** The server of `forego serve`, over HTTP. Whoever asks it is an agent of any language, which runs its tools itself. */
export const authZen: Door = {
  name: "AuthZEN",
  adapter: "authzen",
  lacks: { results: "AuthZEN is asked before a call, and has no way to say what the call returned" },
  open: openServer,
};

/** What an agent makes of an answer of the server. */
interface Told {
  readonly decision: boolean;
  readonly text: string;
  /** The arguments to call with, where they are not those that it asked about. */
  readonly args?: unknown;
  readonly requests: readonly string[];
}

async function openServer({ guard, tools, session, claim = {} }: DoorOptions): Promise<OpenDoor> {
  const identity = { user: { id: session } };
  const keyed = (id: string) => ({
    id,
    sha256: textDigest(`key-of-${id}`).slice("sha256:".length),
    identity,
  });
  const authenticate = bearerKeys([keyed("agent"), { ...keyed("desk"), mayAnswer: true }]);
  const server = await serveHandler(createAuthZenHandler(guard as Guard<AuthZenHost>, { authenticate }));
  const claims = Object.entries(claim).map(([name, value]) => [`x-${name}`, JSON.stringify(value)]);
  const subject = { type: "user", id: session, properties: claim };
  let asked: readonly ModelCall[] = [];
  let answered: readonly string[] = [];

  const send = (path: string, body: object, { as = "agent", signal = null }: Sending = {}) =>
    fetch(server.url + path, {
      method: "POST",
      headers: {
        ...Object.fromEntries(claims),
        authorization: `Bearer key-of-${as}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ ...claim, ...body }),
      signal,
    });
  const about = ({ id, tool, args }: ModelCall, type = "tool", more: object = {}) => ({
    action: { name: "call", properties: args },
    resource: { type, id: tool, properties: claim },
    context: {
      ...claim,
      ...{ conversation_id: "talk", call_id: id, session: claim, fulfils: ["redact", "transform"] },
      ...more,
    },
  });
  const ask = async (question: object, signal?: AbortSignal): Promise<Told> =>
    readTold(await send("/access/v1/evaluation", { subject, ...question }, { signal }));
  const askAll = async (calls: readonly ModelCall[], signal?: AbortSignal): Promise<readonly Told[]> => {
    const [only] = calls;
    if (calls.length === 1 && only !== undefined) return [await ask(about(only), signal)];
    const evaluations = calls.map((one) => about(one));
    const answer = await send("/access/v1/evaluations", { subject, evaluations }, { signal });
    return ((await answer.json()) as { evaluations: readonly Said[] }).evaluations.map(toTold);
  };
  const run = (calls: readonly ModelCall[], told: readonly Told[], signal = new AbortController().signal) =>
    Promise.all(
      told.map(({ decision, text, args, requests }, index): Answer | Promise<Answer> => {
        const { tool, args: own } = calls[index] as ModelCall;
        if (decision) return readAnswer(callOffice(tools, { name: tool, arguments: args ?? own }, signal));
        return { state: requests.length > 0 ? "waiting" : "error", text };
      }),
    );
  const callAll = async (calls: readonly ModelCall[]) => run(calls, await askAll(calls));
  const answer = (id: string, person: Person, as?: Sending["as"]) =>
    send(`/forego/v1/approvals/${id}`, { subject, granted: person === "approve" }, { as });

  return {
    async turn(calls, person, signal) {
      const told = await askAll(calls, signal);
      const requests = told.flatMap((one) => one.requests);
      if (requests.length === 0 || person === undefined) return run(calls, told, signal);
      [asked, answered] = [calls, requests];
      for (const id of requests) await answer(id, person, "desk");
      return callAll(calls);
    },
    async replay() {
      for (const id of answered) await answer(id, "approve", "desk");
      await callAll(asked);
    },
    async forge(call) {
      const [{ requests = [] } = {}] = await askAll([call]);
      // an agent that grants what it asks for itself, and answers to requests that there are not
      for (const id of requests) await answer(id, "approve");
      for (const id of [call.id, "0", crypto.randomUUID()]) await answer(id, "approve", "desk");
      await callAll([{ ...call, args: { ...(call.args as object), approve: true, approved: true } }]);
      const approved = { approved: true, granted: requests, requests };
      await run([call], [await ask({ ...about(call, "tool", approved), ...approved })]);
    },
    shown: async () => Object.keys(tools.tools),
    async insist(call) {
      for (let turns = 0; ; turns += 1) {
        const model = about({ id: `turn-${turns}`, tool: "scripted", args: {} }, "model", {
          session: { turn_count: turns },
        });
        const told = await ask(model);
        if (!told.decision || turns === 40) return { turns, lastWords: told.text };
        await callAll([{ ...call, id: `${call.id}-${turns}` }]);
      }
    },
    close: () => server.close(),
  };
}

interface Sending {
  /** The agent asks for calls; people answer at a desk. */
  readonly as?: "agent" | "desk" | undefined;
  readonly signal?: AbortSignal | null | undefined;
}

/** An answer as the server writes it. */
interface Said {
  readonly decision: boolean;
  readonly context: {
    readonly reason_user?: { readonly en: string };
    readonly error?: { readonly message: string };
    readonly args?: unknown;
    readonly requests?: readonly { readonly id: string }[];
  };
}

async function readTold(response: Response): Promise<Told> {
  if (response.ok) return toTold((await response.json()) as Said);
  return { decision: false, text: await response.text(), requests: [] };
}

function toTold({ decision, context }: Said): Told {
  const { reason_user, error, args, requests = [] } = context;
  return {
    decision,
    text: reason_user?.en ?? error?.message ?? "",
    requests: requests.map(({ id }) => id),
    ...(args === undefined ? {} : { args }),
  };
}
