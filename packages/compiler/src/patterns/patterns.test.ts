import { evaluateRelease, type IrRelease } from "@forego/ir";
import { createWasmEngine } from "@forego/wasm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { buildRelease } from "../../../../test/support/build-release.ts";
import { PatternRefusal, parsePattern } from "./parse-pattern.ts";
import { plainTests } from "./plain-pattern.ts";
import { re2Pattern } from "./re2-pattern.ts";

const seed = Number(process.env.DIFFERENTIAL_SEED ?? 1);

const letter = fc.constantFrom(
  ...["a", "b", "k", "S", "Z", "0", "9", "_", "-", " ", "\\.", "\\/", "\\n", "\\t", "\\u212a", "\\x41"],
  ...["\u00e9", "\u017f", "\\u2028", "\u{1F4A9}", "\\u{1F4A9}", "\\cJ", "\\0", "\\$", "\\ufeff", "\\u0085"],
);
const set = fc.constantFrom(".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "[^]", "[]");
const member = fc.oneof(
  { weight: 4, arbitrary: letter },
  fc.constantFrom("a-c", "A-Z", "0-9", "k-s", "\\d", "\\w", "\\s", "\u00e0-\u00ff", "\\u2000-\\u2029", "!-~"),
);
const members = fc.array(member, { minLength: 1, maxLength: 3 }).map((all) => all.join(""));
const characterClass = fc.tuple(fc.constantFrom("", "", "^"), members).map(([not, all]) => `[${not}${all}]`);
const quantifier = fc.constantFrom("", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?", "{0}");

const { sequence } = fc.letrec<{ sequence: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { depthSize: "small" },
    letter,
    letter,
    set,
    characterClass,
    fc.constantFrom("\\b", "^", "$"),
    fc
      .tuple(fc.constantFrom("(?:", "(", "(?<n>"), fc.array(tie("sequence"), { minLength: 1, maxLength: 3 }))
      .map(([open, all]) => `${open}${all.join("|")})`),
  ),
  sequence: fc
    .array(fc.tuple(tie("atom"), quantifier), { maxLength: 4 })
    .map((parts) =>
      parts.map(([atom, count]) => (/^(?:\\b|\^|\$)$/.test(atom) ? atom : atom + count)).join(""),
    ),
}));
const anchored = fc
  .tuple(fc.constantFrom("", "^", "^"), sequence, fc.constantFrom("", "$", "$"))
  .map((parts) => parts.join(""));
const source = fc.array(anchored, { minLength: 1, maxLength: 2 }).map((all) => all.join("|"));
const flags = fc.constantFrom("", "", "u", "u", "i", "s", "iu", "su");
const pattern = fc
  .tuple(source, flags)
  .map(([text, flag]) => `/${text === "" ? "(?:)" : text}/${flag}`)
  .filter(isKept);

/** Whether the compiler takes a pattern, and JavaScript. */
function isKept(text: string): boolean {
  try {
    const end = text.lastIndexOf("/");
    new RegExp(text.slice(1, end), text.slice(end + 1));
    const parsed = parsePattern(text);
    // TypeScript refuses these itself
    if (!parsed.isUnicode && text.includes("\\u{")) return false;
    if (plainTests(parsed) === undefined) re2Pattern(parsed);
    return true;
  } catch (error) {
    if (error instanceof PatternRefusal || error instanceof SyntaxError) return false;
    throw error;
  }
}

const piece = fc.constantFrom(
  ...["a", "A", "b", "c", "k", "K", "s", "S", "Z", "0", "9", "_", "-", " ", ".", "/", "\n", "\r", "\t", "\0"],
  ...[
    "\u212a",
    "\u017f",
    "\u00e9",
    "\u00e0",
    "\u2028",
    "\u2029",
    "\u0085",
    "\ufeff",
    "\u{1F4A9}",
    "\u{1F4A8}",
  ],
);
const texts = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));

// RE2 keeps what it compiled until an evaluation ends: a module of hundreds would need more memory than it may have
const batches = 5;
const perBatch = 60;

function policyOf(patterns: readonly string[]): string {
  const rules = patterns.map((text, index) => {
    return `p${index}: deny({ reason: "r", when: ({ facts }) => ${text}.test(facts.text) }), n${index}: deny({ reason: "r", when: ({ facts }) => !${text}.test(facts.text) }),`;
  });
  return `import { policy } from "@forego/dsl";
import { z } from "zod";
export default policy({ category: "workflow", name: "patterns", version: "1.0.0", facts: z.object({ text: z.string() }), rules: ({ deny }) => ({
${rules.join("\n")}
}) });
`;
}

test.each(Array.from({ length: batches }, (_, index) => index))(
  "patterns match in WASM and in the intermediate form what they match in JavaScript: batch %i",
  async (batch) => {
    const patterns = fc.sample(pattern, { numRuns: perBatch, seed: seed * 1000 + batch });
    const { release, remove } = await buildRelease({ "patterns.policy.ts": policyOf(patterns) });
    await remove();
    const { info, module, ir, data } = release;
    const engine = createWasmEngine({ release: info, module, data });
    const form = ir as IrRelease;
    const compiled = patterns.map((text) => {
      const end = text.lastIndexOf("/");
      return new RegExp(text.slice(1, end), text.slice(end + 1));
    });
    for (const text of ["", ...fc.sample(texts, { numRuns: 250, seed: batch })]) {
      const input = { action: { type: "tool_call", tool: "t" }, facts: { text }, granted: [] };
      const expected = compiled
        .map((one, index) => `workflow.patterns.${one.test(text) ? "p" : "n"}${index}`)
        .sort();
      for (const { hits } of [engine.evaluate(input), evaluateRelease(form, input)] as { hits: string[] }[]) {
        const wrong = [
          ...hits.filter((id) => !expected.includes(id)),
          ...expected.filter((id) => !hits.includes(id)),
        ];
        const said = wrong.map((id) => [id, patterns[Number(id.replace(/^.*\D/, ""))]]);
        expect({ text, said }).toEqual({ text, said: [] });
      }
    }
  },
);
