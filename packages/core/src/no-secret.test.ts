import { otelObserver } from "@forego/otel";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import {
  createDesk,
  type Desk,
  type DeskHost,
  identifyDesk,
  refundCall,
} from "../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import type { Call } from "./contract/call.ts";
import type { Decision } from "./decision/decision.ts";
import type { GuardOptions } from "./guard-options.ts";
import type { Engine } from "./release/engine.ts";

let built: BuiltRelease;
let engine: Engine;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  engine = createEngine(built.release);
});

afterAll(() => built.remove());

const marker = "s3cr3t-10.2.3.4:8181";
const leak = new Error(`connect ECONNREFUSED ${marker}`, { cause: marker });
const thrown = (): never => {
  throw leak;
};

/** Where a secret may be, with what a call, an identity, a fact or an engine does there. */
const places: readonly [string, Partial<GuardOptions<DeskHost>>, Partial<Call<DeskHost>>][] = [
  ["arguments that are allowed", {}, { args: { amount: 10, note: marker } }],
  ["arguments that are asked about", {}, { args: { amount: 70, note: marker } }],
  ["arguments that make a rule invalid", {}, { args: { amount: marker } }],
  ["names of arguments", {}, { args: { [marker]: 1 } }],
  ["arguments that cannot be read", {}, { args: { [marker]: 1n } }],
  [
    "a getter that throws it",
    {},
    {
      args: {
        get amount() {
          return thrown();
        },
      },
    },
  ],
  ["a result of identify", { identify: () => ({ token: marker }) as never }, {}],
  ["a throw of identify", { identify: thrown }, {}],
  ["a rejection of identify", { identify: () => Promise.reject(leak) }, {}],
  ["the host's own context", {}, { host: { token: marker } as DeskHost }],
  [
    "groups and classes of the user",
    { identify: () => identifyDesk({ groups: [marker], cleared: [marker] }) },
    {},
  ],
  ["a fact", { facts: { risk: () => marker } }, {}],
  ["a throw of a fact", { facts: { risk: thrown } }, {}],
  ["a throw of a classifier", { tools: { refund: { dataClasses: thrown } } }, {}],
  ["a throw of the environment", { environment: thrown }, {}],
  ["the environment", { environment: { region: marker } }, {}],
  ["classes seen in the session", {}, { session: { dataClassesSeen: [marker] } }],
];

const engines: readonly [string, () => unknown][] = [
  ["a throw of the engine", thrown],
  ["a rejection of the engine", () => Promise.reject(leak)],
  ["an unreadable answer of the engine", () => ({ effect: "deny", message: marker })],
  [
    "a reason that the engine made up",
    () => ({ effect: "deny", reasons: [marker], hits: [], invalid: [], missing: [] }),
  ],
  [
    "a path that the engine made up",
    () => ({
      effect: "deny",
      reasons: ["forego.invalid_rule"],
      hits: [],
      invalid: ["resource.desk.confirm"],
      missing: [marker],
    }),
  ],
];

interface Seen {
  readonly exporter: InMemorySpanExporter;
  readonly desk: Desk;
}

function watch(by: Engine, options: Partial<GuardOptions<DeskHost>>): Seen {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  return { exporter, desk: createDesk(by, { ...options, observers: [otelObserver({ tracerProvider })] }) };
}

/** Goes through every way of asking with one call, and collects all that the model, the user or a trace store sees. */
async function shownOf({ exporter, desk: { guard } }: Seen, call: Call<DeskHost>): Promise<string> {
  const { decision: proposed } = await guard.propose(call);
  const admission = await guard.admit(call);
  const { decision: result } = await guard.settle(admission, { result: marker });
  const decided: (Decision | undefined)[] = [
    proposed,
    admission.decision,
    result,
    await guard.decide(call),
    guard.admitNow({ ...call, callId: "call-2" }).decision,
  ];
  const spans = exporter.getFinishedSpans();
  expect(spans.length).toBeGreaterThan(0);
  const traced = spans.map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
  return JSON.stringify({ decided, traced });
}

describe("no decision and no span holds a secret", () => {
  test.each(places)("that is in %s", async (_where, options, call) => {
    expect(await shownOf(watch(engine, options), refundCall(10, call))).not.toContain(marker);
  });

  test.each(engines)("that is in %s", async (_where, evaluate) => {
    expect(await shownOf(watch({ ...engine, evaluate }, {}), refundCall(10))).not.toContain(marker);
  });

  test("that is in a result which a rule withholds", async () => {
    const call = {
      ...refundCall(10),
      tool: "crm.search",
      args: { query: "x" },
      host: { groups: ["trainees"] },
    };
    expect(await shownOf(watch(engine, {}), call)).not.toContain(marker);
  });

  test("but the operator's observer gets the cause", async () => {
    const { desk } = watch({ ...engine, evaluate: thrown }, {});
    await desk.guard.admit(refundCall(10));
    expect(desk.decisions[0]?.trouble?.cause).toBe(leak);
  });
});
