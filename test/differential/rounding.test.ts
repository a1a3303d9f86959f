import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { buildLanguage, roundingFolder } from "./built-policy.ts";
import { inputs, opaInputs, seed } from "./parameters.ts";

const { together, dispose } = await buildLanguage(roundingFolder);
afterAll(() => dispose());

/** Numbers of every size, most of them close to where rounding turns. */
const half = fc.tuple(fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), fc.constantFrom(0, 0.25, 0.5));
const near = fc
  .tuple(
    half.map(([whole, part]) => whole + part),
    fc.nat(3),
  )
  .map(([value, scale]) => value / 2 ** (10 * scale));
const any = fc.oneof(
  near,
  near.map((value) => value * (1 + Number.EPSILON)),
  fc.constantFrom(-0.5, 0.49999999999999994, -0.49999999999999994, -5e-324, 2 ** 52 - 0.5, 0.5 - 2 ** 52),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const divisors = [3, 60, 9007199254740991] as const;
const whole = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -200, max: 200 }),
  fc.tuple(fc.constantFrom(...divisors), fc.integer({ min: -1, max: 1 })).map(([one, by]) => one - 1 + by),
);

const facts = fc.tuple(any, whole).map(([number, integer]) => ({
  any: number,
  floor: Math.floor(number),
  ceil: Math.ceil(number),
  trunc: Math.trunc(number),
  round: Math.round(number),
  abs: Math.abs(number),
  whole: integer,
  quotients: [
    Math.floor(integer / 3),
    Math.ceil(integer / 60),
    Math.trunc(integer / 9007199254740991),
    integer % 86400,
  ],
}));
const input = facts.map((read) =>
  JSON.parse(JSON.stringify({ action: { type: "tool_call", tool: "t" }, facts: read, granted: [] })),
);
const all = together.rules.map(({ ir: { id } }) => id).sort();

test("Math and quotients round in WASM as in JavaScript", () => {
  fc.assert(
    fc.property(input, (one) => {
      expect(together.wasm.evaluate(one)).toMatchObject({ hits: all });
    }),
    { seed, numRuns: inputs },
  );
});

test("Math and quotients round in OPA as in JavaScript", async () => {
  const some = fc.sample(input, { seed, numRuns: opaInputs });
  const answers = await Promise.all(some.map((one) => together.opa.evaluate(one)));
  for (const [index, answer] of answers.entries()) {
    expect(answer, JSON.stringify(some[index])).toMatchObject({ hits: all });
  }
});
