import type { DiagnosticCode } from "../codes.ts";
import type { Explanation } from "./explanation.ts";

/** Texts that policies make. */
export const textExplanations = {
  FG2061: {
    paragraph:
      "A template prints what is put into it. Texts are printed as they are, and whole numbers with all their digits; fractions and very large numbers are written in forms that differ between systems, and what is missing would become the text 'undefined'. Say what a missing value is printed as.",
    wrong: 'when: ({ facts }) => facts.name + ":" + facts.note === "a:b"',
    right: 'when: ({ facts }) => facts.name + ":" + (facts.note ?? "") === "a:b"',
  },
  FG2062: {
    paragraph:
      "A regular expression is kept where it matches the same texts in every engine. JavaScript steps by UTF-16 units without the flag u, folds case by tables of its own, and can look around and back; the engine of OPA does none of this. Most patterns are written with anchors, classes and repetitions, and stay as they are.",
    wrong: "when: ({ facts }) => /^(?=.*x)a.c$/.test(facts.name)",
    right: 'when: ({ facts }) => facts.name.includes("x") && facts.name.startsWith("a")',
  },
  FG2063: {
    paragraph:
      "Patterns that say no more than how a text begins or ends, what it has in it, which of some texts it is, or which characters it is made of, become plain tests of texts, which take less than a microsecond or a few. Any other is matched by RE2, which compiles it at every evaluation: that takes tens to hundreds of microseconds, the more the longer its repetitions are. It works, and is told because it seldom has to be so.",
    wrong: "when: ({ facts }) => /^[a-z]+-[a-z]+$/.test(facts.name)",
    right: 'when: ({ facts }) => facts.name.split("-").every((part) => /^[a-z]+$/.test(part))',
  },
  FG2064: {
    paragraph:
      "Some arguments say how a function works, and not what it works on: the offset of a local time, the digits behind a decimal point, a folder, a block of addresses. They are read when the policy is built, so that a mistake in them is found there and not by a rule that never matches.",
    wrong: 'when: ({ facts }) => hourAt(facts.until, "+1:00") < 8',
    right: 'when: ({ facts }) => hourAt(facts.until, "+01:00") < 8',
  },
} as const satisfies Partial<Readonly<Record<DiagnosticCode, Explanation>>>;
