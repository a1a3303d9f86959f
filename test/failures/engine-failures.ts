import type { Failure } from "./failure.ts";

const never = () => new Promise<never>(() => {});

const none = { invalid: [], missing: [], overridden: [], obligations: [], values: {} };
const allow = { effect: "allow", reasons: ["support_refunds"], hits: [], ...none };
const hits = ["resource.desk.refund"];

/** What an engine may do to a call. */
export const engineFailures: readonly Failure[] = [
  {
    name: "the engine throws",
    reason: "forego.engine_error",
    answer() {
      throw new Error("out of bounds");
    },
  },
  {
    name: "the engine throws nothing",
    reason: "forego.engine_error",
    answer() {
      throw undefined;
    },
  },
  {
    name: "the engine rejects",
    reason: "forego.engine_error",
    answer: () => Promise.reject(new Error("out of bounds")),
  },
  {
    name: "the engine never answers",
    reason: "forego.deadline",
    answer: never,
    async play({ guard }, { clock }) {
      const admitting = guard.admit({ host: {}, tool: "refund", args: { amount: 10 } });
      clock.advance(51);
      return (await admitting).decision;
    },
  },
  {
    name: "the engine evaluates for too long",
    reason: "forego.deadline",
    async answer(real, { clock }) {
      const answer = await real();
      clock.advance(51);
      return answer;
    },
  },
  {
    name: "the engine evaluates for too long, and nothing could interrupt it",
    reason: "forego.deadline",
    engines: ["wasm", "ir"],
    answer(real, { clock }) {
      const answer = real();
      clock.advance(51);
      return answer;
    },
  },
  ...(
    [
      ["nothing", undefined],
      ["true", true],
      ["{ allow: true }", { allow: true }],
      ["an SDK's result set", [{ result: true }]],
      ["no hits", { ...allow, hits: undefined }],
      ["another effect", { ...allow, effect: "permit" }],
      ["a rule that the release does not have", { ...allow, hits: ["resource.desk.elsewhere"] }],
      ["a reason of no rule that matched", allow],
      ["an allow, and an ask that matched", { ...allow, hits: [...hits, "resource.desk.confirm"] }],
      [
        "an allow, and a deny that matched",
        { ...allow, hits: [...hits, "compliance.data_access.clearance"] },
      ],
      [
        "an allow, and a deny that is invalid",
        { ...allow, hits, invalid: ["compliance.data_access.clearance"] },
      ],
    ] as const
  ).map(
    ([what, answer]): Failure => ({
      name: `the engine answers ${what}`,
      reason: "forego.invalid_decision",
      answer: () => answer,
    }),
  ),
  {
    name: "the engine answers what cannot be read",
    reason: "forego.engine_error",
    answer() {
      const refuse = () => {
        throw new Error("get");
      };
      return new Proxy({}, { get: refuse });
    },
  },
  {
    name: "the text of the input does not fit the module's memory",
    reason: "forego.engine_error",
    engines: ["wasm"],
    call: { tool: "crm.search", args: { query: "\u0001".repeat(200_000) } },
  },
];

/** What an OPA server may do to a call. More of it is in the tests of `@forego/opa`. */
export const serverFailures: readonly Failure[] = (
  [
    ["has no release", "forego.no_policy", (servers) => servers.loseBundles()],
    ["has another release", "forego.release_mismatch", (servers) => servers.changeRelease()],
    ["is gone", "forego.engine_error", (servers) => servers.leave()],
    [
      "fails",
      "forego.engine_error",
      (servers) => servers.misbehave((response) => void response.writeHead(500).end("{}")),
    ],
    [
      "breaks off",
      "forego.engine_error",
      (servers) => servers.misbehave((response) => void response.socket?.resetAndDestroy()),
    ],
  ] satisfies readonly (readonly [string, Failure["reason"], NonNullable<Failure["server"]>])[]
).map(([what, reason, server]) => ({ name: `the server ${what}`, reason, engines: ["opa"], server }));
