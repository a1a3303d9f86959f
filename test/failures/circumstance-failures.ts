import { verified } from "@forego/core";
import { type Desk, identifyDesk, refundCall } from "../support/desk-guard.ts";
import type { Failure, Trouble } from "./failure.ts";

const never = () => new Promise<never>(() => {});

function fail(): never {
  throw new Error("not there");
}

/** Facts whose provider is as it should be once the trouble is over. */
const facts =
  (provide: () => unknown) =>
  (trouble: Trouble): ReturnType<NonNullable<Failure["options"]>> => ({
    facts: { risk: () => (trouble.isOn ? provide() : 0) },
  });

/** An identity that is as it should be once the trouble is over. */
const identity =
  (identify: () => unknown) =>
  (trouble: Trouble): ReturnType<NonNullable<Failure["options"]>> => ({
    identify: (host) => (trouble.isOn ? (identify() as never) : identifyDesk(host)),
  });

/** Admits a refund, and moves the clock on while it waits. */
async function admitLate({ guard }: Desk, { clock }: Trouble) {
  const admitting = guard.admit(refundCall(10));
  clock.advance(51);
  return (await admitting).decision;
}

const real = verified({ user: { id: "ada" } });

/** What providers of facts may do to a call. */
export const providerFailures: readonly Failure[] = [
  ...(
    [
      ["throws", fail],
      ["rejects", () => Promise.reject(new Error("not there"))],
      ["has no answer", () => undefined],
      ["answers with what is not plain data", () => ({ risk: 1n })],
      ["answers with 1 MB", () => "x".repeat(1024 * 1024)],
      ["answers with another type", () => "0"],
      ["answers with __proto__", () => JSON.parse('{"__proto__": 0}')],
    ] as const
  ).map(
    ([what, provide]): Failure => ({
      name: `the provider of a fact ${what}`,
      reason: "forego.invalid_rule",
      options: facts(provide),
    }),
  ),
  {
    name: "the provider of a fact never answers",
    reason: "forego.deadline",
    options: facts(never),
    play: admitLate,
  },
];

/** Who may pretend to be somebody. */
export const identityFailures: readonly Failure[] = [
  ...(
    [
      ["throws", fail],
      ["rejects", () => Promise.reject(new Error("expired"))],
      ["answers with nothing", () => undefined],
      ["answers with what the host said", () => ({ tenant: { id: "default" }, user: { id: "ada" } })],
      ["answers with a copy of an identity", () => JSON.parse(JSON.stringify(real))],
      ["answers with an heir of an identity", () => Object.create(real)],
      ["answers with a list of identities", () => [real]],
      ["answers with the function that verifies", () => verified],
      ["answers with a tenant without a name", () => ({ ...real, tenant: { id: "" } })],
      ["answers with a user without a name", () => ({ ...real, user: { id: undefined } })],
      ["answers with groups that are no texts", () => ({ ...real, user: { id: "ada", groups: [{}] } })],
    ] as const
  ).map(
    ([what, identify]): Failure => ({
      name: `identify() ${what}`,
      reason: "forego.identity",
      options: identity(identify),
    }),
  ),
  { name: "identify() never answers", reason: "forego.deadline", options: identity(never), play: admitLate },
];

/** What surrounds a guard, and may fail. */
export const surroundingFailures: readonly Failure[] = [
  {
    name: "the environment throws",
    reason: "forego.engine_error",
    options: (trouble) => ({ environment: () => (trouble.isOn ? fail() : {}) }),
  },
  {
    name: "the clock does not know what time it is",
    reason: "forego.engine_error",
    play({ guard }, { jump }) {
      jump.wallMs = Number.NaN;
      return guard.decide(refundCall(10)).finally(() => {
        jump.wallMs = 0;
      });
    },
  },
  ...(
    [
      ["forward", 3_600_000],
      ["back", -3_600_000],
      ["nowhere", Number.NaN],
    ] as const
  ).map(
    ([where, ms]): Failure => ({
      name: `the monotonic clock jumps ${where} while the engine evaluates`,
      reason: "forego.deadline",
      async answer(real, { jump }) {
        const answer = await real();
        jump.monotonicMs = ms;
        return answer;
      },
      async play({ guard }, { jump }) {
        const { decision } = await guard.admit(refundCall(10));
        if (Number.isNaN(jump.monotonicMs)) jump.monotonicMs = 0;
        return decision;
      },
    }),
  ),
];
