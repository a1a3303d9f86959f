import type { DiagnosticCode } from "../codes.ts";
import type { Explanation } from "./explanation.ts";

/** Texts that policies make. */
export const textExplanations = {
  FG2061: {
    paragraph:
      "A template prints what is put into it. Texts are printed as they are, and whole numbers with all their digits; fractions and very large numbers are written in forms that differ between systems, and what is missing would become the text 'undefined'. Say what a missing value is printed as.",
    wrong: 'when: ({ facts }) => `${facts.name}:${facts.note}` === "a:b"',
    right: 'when: ({ facts }) => `${facts.name}:${facts.note ?? ""}` === "a:b"',
  },
} as const satisfies Partial<Readonly<Record<DiagnosticCode, Explanation>>>;
