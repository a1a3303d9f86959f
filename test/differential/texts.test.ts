import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { buildLanguage, textsFolder } from "./built-policy.ts";
import { inputs, seed } from "./parameters.ts";

const { together, dispose } = await buildLanguage(textsFolder);
afterAll(dispose);

const batchSize = 2500;

/** Every character that a text can hold. */
function* allCharacters(): Generator<string> {
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code < 0xd800 || code > 0xdfff) yield String.fromCodePoint(code);
  }
}

/** Texts about which engines may disagree: the final sigma, what stands around it, and white space that is none. */
const piece = fc.constantFrom(
  ...["\u03a3", "\u03a3", "\u03a3", "\u0391", "a", ".", "'", "\u0301", " ", "\u0130", "\u{10400}", "\u2071"],
  ...[
    "\u03c2",
    "1",
    "\u00ad",
    "\u{1e900}",
    "\u0085",
    "\ufeff",
    "\u2028",
    "\u{e0101}",
    "\u{1F4A9}",
    "\u{16ea0}",
  ],
);
const hostile = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(""));

function inputOf(texts: readonly string[]) {
  const said = texts.map((text) => ({
    text,
    lower: text.toLowerCase(),
    trimmed: text.trim(),
    length: text.length,
  }));
  return { action: { type: "tool_call", tool: "t" }, facts: { texts: said }, granted: [] };
}

const all = ["length", "lower", "trimmed"].map((rule) => `workflow.characters.${rule}`);

/** The texts about which the module says something else than JavaScript; found one by one where a batch has any. */
function disputed(texts: readonly string[]): readonly string[] {
  const { hits } = together.wasm.evaluate(inputOf(texts)) as { hits: readonly string[] };
  if (hits.length === all.length) return [];
  return texts.length === 1 ? texts : texts.flatMap((text) => disputed([text]));
}

test("every character has the lower case, the white space and the length that JavaScript gives it", () => {
  const wrong: string[] = [];
  let batch: string[] = [];
  for (const character of allCharacters()) {
    batch.push(character);
    if (batch.length < batchSize) continue;
    wrong.push(...disputed(batch));
    batch = [];
  }
  wrong.push(...disputed(batch));
  expect(wrong.map((text) => text.codePointAt(0)?.toString(16))).toEqual([]);
});

test("so have texts of characters that look at each other", () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 50, maxLength: 100 }), (texts) => {
      expect(disputed(texts)).toEqual([]);
    }),
    { seed, numRuns: Math.ceil(inputs / 30) },
  );
});

test("and OPA says the same", async () => {
  const cased = [...allCharacters()].filter(
    (text) => text !== text.toLowerCase() || /\s|\p{Case_Ignorable}/u.test(text),
  );
  const sampled = fc.sample(hostile, { seed, numRuns: inputs });
  const texts = [
    ...cased,
    ...cased.map((text) => `a\u03a3${text}`),
    ...cased.map((text) => `${text}\u03a3`),
    ...sampled,
  ];
  const batches = Array.from({ length: Math.ceil(texts.length / batchSize) }, (_, index) =>
    inputOf(texts.slice(index * batchSize, (index + 1) * batchSize)),
  );
  const answers = await Promise.all(batches.map((input) => together.opa.evaluate(input)));
  for (const answer of answers) expect((answer as { hits: readonly string[] }).hits).toEqual(all);
});
