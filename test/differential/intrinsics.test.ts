import { asciiLower, removePrefix, removeSuffix } from "@forego/dsl";
import { evaluateRelease } from "@forego/ir";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { buildLanguage, intrinsicsFolder } from "./built-policy.ts";
import { inputs, seed } from "./parameters.ts";

const { together, dispose } = await buildLanguage(intrinsicsFolder);
afterAll(dispose);

interface Case {
  readonly text: string;
  readonly part: string;
}

const piece = fc.constantFrom(
  ...["a", "A", "Z", "z", "@", "[", "`", "{", "K", "\u212a", "\u00c4", "\u0130", "\u{1F4A9}", "\u{1F4A8}"],
  ...["-", "--", "x-", "\0", "\u0301", "ab", "ba"],
);
const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
const someCase = text.chain((one) => {
  const characters = [...one];
  const cut = fc.nat(characters.length).map((at) => characters.slice(0, at).join(""));
  const end = fc.nat(characters.length).map((at) => characters.slice(at).join(""));
  return fc.record({ text: fc.constant(one), part: fc.oneof(cut, end, text) });
});

const rules: readonly (readonly [string, (one: Case) => string])[] = [
  ["ascii_lower", (one) => asciiLower(one.text)],
  ["remove_prefix", (one) => removePrefix(one.text, one.part)],
  ["remove_suffix", (one) => removeSuffix(one.text, one.part)],
];

const batch = 250;

test.each(rules)("%s makes of texts what it makes of them as JavaScript", async (rule, asJavaScript) => {
  const cases = fc.sample(someCase, { seed, numRuns: inputs });
  const batches = Array.from({ length: Math.ceil(cases.length / batch) }, (_, index) => {
    const said = cases
      .slice(index * batch, (index + 1) * batch)
      .map((one) => ({ ...one, expected: asJavaScript(one) }));
    return { action: { type: "tool_call", tool: "t" }, facts: { cases: said }, granted: [] };
  });
  const inOpa = await Promise.all(batches.map((input) => together.opa.evaluate(input)));
  for (const [index, input] of batches.entries()) {
    const answers = [together.wasm.evaluate(input), evaluateRelease(together.ir, input), inOpa[index]];
    for (const answer of answers)
      expect((answer as { hits: readonly string[] }).hits).toContain(`workflow.parts.${rule}`);
  }
});
