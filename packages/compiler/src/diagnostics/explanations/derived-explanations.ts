import type { DiagnosticCode } from "../codes.ts";
import type { Explanation } from "./explanation.ts";

const deriving = (
  rules: string,
  schema = "z.object({ limit: int({ min: 0, max: 100 }) })",
) => `export default policy({
  category: "identity",
  name: "limits",
  version: "1.0.0",
  derives: ${schema},
  rules: ({ derive }) => (${rules}),
});`;

const derivingFile = (name: string, field: string, bounds: string) => `// ${name}.policy.ts
export default policy({
  category: "identity",
  name: "${name}",
  version: "1.0.0",
  derives: z.object({ ${field}: int(${bounds}) }),
  rules: ({ derive }) => ({ ${field}: derive({ value: () => 3 }) }),
});`;

const readingFile = `// reading.policy.ts
export default policy({
  name: "reading",
  version: "1.0.0",
  derived: z.object({ limit: int({ min: 0, max: 100 }) }),
  rules: ({ deny }) => ({ none: deny({ reason: "r", when: ({ derived }) => derived.limit === 0 }) }),
});`;

const bounds = "{ min: 0, max: 100 }";

/** What identity policies compute for others. */
export const derivedExplanations = {
  FG1020: {
    paragraph:
      "A policy that derives says with a schema what it computes for others, and has one derive rule for each field of it, named as the field. A rule without its field would be read by nobody, and a field without its rule would have no value for those who read it.",
    wrong: deriving("{ limit: derive({ value: () => 3 }), most: derive({ value: () => 4 }) }"),
    right: deriving("{ limit: derive({ value: () => 3 }) }"),
  },
  FG1021: {
    paragraph:
      "A derive rule is no decision: it has no phases, no tool and no reason. It is computed where another rule reads its value, in the phases and for the tool of that rule, and when something that it reads is missing, that rule is the one that cannot be checked.",
    wrong: `const shared = { reason: "limited" };
${deriving("{ limit: derive({ ...shared, value: () => 3 }) }")}`,
    right: deriving("{ limit: derive({ value: () => 3 }) }"),
  },
  FG1022: {
    paragraph:
      "Those who read a derived value take its schema's word for it: bounds, lengths and literals. Nothing checks the value when it is computed, so the compiler must see from the schemas of what it is computed from that it always fits. Keep a number in its bounds with Math.min and Math.max, or give what it is made from bounds of its own.",
    wrong: deriving("{ limit: derive({ value: ({ context }) => context.turn_count }) }"),
    right: deriving("{ limit: derive({ value: ({ context }) => Math.min(context.turn_count, 100) }) }"),
  },
  FG3006: {
    paragraph:
      "What identity policies derive is one document for all others, so each field has one policy that computes it. The message names the file of the other one.",
    wrong: [derivingFile("first", "limit", bounds), derivingFile("second", "limit", bounds)].join("\n"),
    right: [derivingFile("first", "limit", bounds), derivingFile("second", "other_limit", bounds)].join("\n"),
  },
  FG3007: {
    paragraph:
      "A rule that reads a derived value needs the policy that computes it, in the same release. Without it the rule could never be checked, and a deny would deny everything; so such a release is not linked.",
    wrong: readingFile,
    right: [derivingFile("limits", "limit", bounds), readingFile].join("\n"),
  },
  FG3008: {
    paragraph:
      "The policy that derives a value and those that read it must mean the same by it: the compiler has shown that the value fits the one schema, and the readers rely on the other. Both import the schema from one file, so that it cannot differ.",
    wrong: [derivingFile("limits", "limit", "{ min: 0, max: 9_000 }"), readingFile].join("\n"),
    right: [derivingFile("limits", "limit", bounds), readingFile].join("\n"),
  },
} as const satisfies Partial<Record<DiagnosticCode, Explanation>>;
