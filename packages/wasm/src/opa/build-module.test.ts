import { ForegoError } from "@forego/core";
import { describe, expect, test } from "vitest";
import { buildModule, lintRego } from "./build-module.ts";

const rego = (body: string) => [
  {
    path: "forego/decision/a.rego",
    text: `package forego.decision\n\nimport rego.v1\n\nchecked := 1\n\n${body}\n`,
  },
];

async function failureOf(work: Promise<unknown>): Promise<ForegoError> {
  const error: unknown = await work.catch((cause: unknown) => cause);
  if (!ForegoError.isForegoError(error)) throw new Error("no ForegoError", { cause: error });
  return error;
}

describe("buildModule", () => {
  test("makes the same module of the same Rego", async () => {
    const [first, second] = await Promise.all([
      buildModule(rego("result := 1")),
      buildModule(rego("result := 1")),
    ]);
    expect([...first.subarray(0, 4)]).toEqual([0, 97, 115, 109]);
    expect(Buffer.compare(first, second)).toBe(0);
  });

  test.each([
    ["does not parse", "result := {"],
    ["reads the clock", "result := time.now_ns()"],
    ["calls the network", 'result := http.send({"method": "get", "url": "http://localhost"})'],
    ["prints as the host would", 'result := sprintf("%v", [input])'],
    ["splits by a pattern, which the host would do", 'result := regex.split("(a+)+$", input.text)'],
    ["reads the environment", "result := opa.runtime()"],
    ["is random", 'result := rand.intn("a", 10)'],
  ])("refuses Rego that %s", async (_what, body) => {
    expect((await failureOf(buildModule(rego(body)))).code).toBe("FG3022");
  });

  test("refuses Rego without the entrypoint", async () => {
    expect((await failureOf(buildModule(rego("other := 1")))).code).toBe("FG3022");
  });
});

describe("lintRego", () => {
  test("says nothing of Rego that is as OPA wants it, and something of other Rego", async () => {
    expect(await lintRego(rego("result := 1"))).toBe("");
    expect(await lintRego(rego("result   :=   1"))).not.toBe("");
    expect((await failureOf(lintRego(rego("result := unknown")))).code).toBe("FG3022");
  });
});
