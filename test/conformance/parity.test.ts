import { createGuard, type Decision, type Engine, type Guard, systemClock, verified } from "@forego/core";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { policiesFolder } from "../../examples/airline/src/airline-guard.ts";
import { airlineNow } from "../../examples/airline/src/airline-time.ts";
import { applyWrite } from "../../examples/airline/src/apply-write.ts";
import { copyDatabase, type Database } from "../../examples/airline/src/database.ts";
import { createFactProviders } from "../../examples/airline/src/fact-providers.ts";
import { findSource } from "../../examples/airline/src/find-source.ts";
import { loadConversations } from "../../examples/airline/src/load-conversations.ts";
import { loadDatabase } from "../../examples/airline/src/load-database.ts";
import type { Conversation, RecordedCall } from "../../examples/airline/src/recorded-call.ts";
import { type BuiltRelease, buildReleaseOf } from "../support/build-release.ts";
import type { Door } from "./door.ts";
import { doors } from "./doors.ts";
import type { OfficeTool } from "./office-tools.ts";
import { callerOf, hostOf } from "./open-office-door.ts";

const source = findSource({});
/** `npm run conformance` drives every conversation, and `npm test` every fifth: hosts take their time. */
const step = process.env.PARITY === "all" ? 1 : 5;
let built: BuiltRelease;
let engine: Engine;
let database: Database;
let conversations: readonly Conversation[];
let expected: readonly (readonly string[])[];

beforeAll(async () => {
  built = await buildReleaseOf(policiesFolder);
  engine = createEngine(built.release);
  database = await loadDatabase(source.folder);
  conversations = await loadConversations(source.folder);
  expected = await decideAllAlone();
});
afterAll(() => built.remove());

/** A guard before the airline, for one conversation, and the latest decision that it made of a call. */
function openAirline({ name }: Conversation) {
  const copy = copyDatabase(database);
  let latest: Decision | undefined;
  const asked: string[] = [];
  const open = new Map<string, Decision>();
  const guard: Guard<never> = createGuard<never>({
    engine,
    agent: { id: "airline-agent", scope: "airline_desk" },
    identify: (host) => verified({ tenant: { id: "airline" }, user: { id: callerOf(host) } }),
    facts: createFactProviders(() => copy),
    clock: { ...systemClock, now: () => airlineNow },
    // generous: a busy machine must not deny anything
    deadlineMs: 10_000,
    observers: [
      {
        onDecision: ({ phase, decision }) => {
          if (phase === "tool_call") latest = decision;
          return undefined;
        },
        onAsk: ({ decision, requests }) => {
          latest = decision;
          asked.push(...requests.map(({ id }) => id));
        },
      },
    ],
  });
  return {
    guard,
    copy,
    asked,
    /** The decision about the call that was just made, but for its id and its duration. */
    take({ tool, args }: RecordedCall): string {
      const key = JSON.stringify([tool, args]);
      // a question that is still open is not asked again
      const decision = latest ?? open.get(key);
      if (decision === undefined) throw new Error(`a call of '${name}' was not decided`);
      latest = undefined;
      if (decision.effect === "require_approval") open.set(key, decision);
      const { decision_id: _id, duration_us: _us, ...metadata } = decision.metadata;
      return JSON.stringify({ ...decision, metadata });
    },
  };
}

/** What the guard decides of all calls where no host is. */
async function decideAllAlone(): Promise<string[][]> {
  const decided: string[][] = [];
  for (const conversation of conversations) decided.push(await decideAlone(conversation));
  return decided;
}

async function decideAlone(conversation: Conversation): Promise<string[]> {
  const { guard, copy, take } = openAirline(conversation);
  const host = hostOf(conversation.userId);
  const decided: string[] = [];
  for (const [index, call] of conversation.calls.entries()) {
    const { tool, args, userSaidYes } = call;
    const made = { host, tool, args, callId: `call-${index}`, conversationId: "talk" };
    const { requests } = await guard.propose(made);
    if (userSaidYes) for (const { id } of requests) await guard.answer(id, true, host);
    await guard.admit(made);
    decided.push(take(call));
    applyWrite(copy, call);
  }
  return decided;
}

/** What it decides of the same calls as a host makes them. */
async function decideThrough(door: Door, conversation: Conversation): Promise<string[]> {
  const { guard, copy, asked, take } = openAirline(conversation);
  let made: RecordedCall | undefined;
  const tools = toolsOf(conversations, () => made?.result ?? "");
  const session = conversation.userId;
  const opened = await door.open({ guard, tools: { tools, ran: [] }, session, asked });
  const decided: string[] = [];
  try {
    for (const [index, call] of conversation.calls.entries()) {
      made = call;
      const { tool, args, userSaidYes } = call;
      await opened.turn([{ id: `call-${index}`, tool, args }], userSaidYes ? "approve" : undefined);
      decided.push(take(call));
      applyWrite(copy, call);
    }
  } finally {
    await opened.close();
  }
  return decided;
}

/** Tools that take whatever a model once wrote, and answer what was once answered. */
function toolsOf(all: readonly Conversation[], answer: () => string): Record<string, OfficeTool> {
  const names = new Set(all.flatMap(({ calls }) => calls.map(({ tool }) => tool)));
  const tool: OfficeTool = { schema: z.looseObject({}), run: async () => answer() };
  return Object.fromEntries([...names].map((name) => [name, tool]));
}

describe("the recorded calls of a real agent", () => {
  test("are all there", () => {
    const all = expected.flat();
    // a machine that checks a change has the real ones
    if (process.env.CI !== undefined || source.kind === "real") expect(all.length).toBe(1164);
    expect(all.length).toBeGreaterThan(20);
    expect(new Set(all.map((text) => JSON.parse(text).effect))).toEqual(
      new Set(["allow", "deny", "require_approval"]),
    );
  });

  test.each(doors)(
    "are decided through $name as by the guard alone, byte for byte",
    async (door) => {
      for (const [index, conversation] of conversations.entries()) {
        if (index % step !== 0) continue;
        expect(await decideThrough(door, conversation), conversation.name).toEqual(expected[index]);
      }
    },
    900_000,
  );
});
