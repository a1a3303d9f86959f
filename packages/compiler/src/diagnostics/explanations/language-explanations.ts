import type { DiagnosticCode } from "../codes.ts";
import type { Explanation } from "./explanation.ts";

/** FG20xx: what the policy language cannot keep, of expressions, comparisons, functions and loops. */
export const languageExplanations = {
  FG2001: {
    paragraph:
      "A condition is compiled to Rego, and must mean there exactly what it means in JavaScript. Constructs for which that holds are in the policy language; all others are refused, and never approximated. Most conditions can be said with comparisons, the logical operators, the methods of arrays and texts, and helper functions.",
    wrong: `when: ({ facts }) => {
  try { return facts.urgent; } catch { return true; }
}`,
    right: `when: ({ facts }) => facts.urgent`,
  },
  FG2002: {
    paragraph:
      "`==` converts its operands before it compares them, by rules that Rego does not have and that readers seldom know. `===` compares what is there. The one loose comparison that is kept is `== null`, which is true for null and undefined and nothing else.",
    wrong: `when: ({ facts }) => facts.name == "root"`,
    right: `when: ({ facts }) => facts.name === "root"`,
  },
  FG2003: {
    paragraph:
      "In JavaScript two objects or arrays are equal when they are the same one; in Rego, when they look the same. A condition that compared them would therefore be false in one and true in the other. Compare what tells them apart.",
    wrong: `when: ({ facts }) => facts.owner === facts.author`,
    right: `when: ({ facts }) => facts.owner.id === facts.author.id`,
  },
  FG2004: {
    paragraph:
      "JavaScript orders texts by UTF-16 units and Rego by UTF-8 bytes, which differ beyond the basic plane, and Rego has an order between values of different types, where JavaScript converts. Numbers order alike. Times are compared with before() and after(), which read them, since one moment can be written in several ways.",
    wrong: `when: ({ facts, environment }) => environment.time > facts.until`,
    right: `when: ({ facts, environment }) => after(environment.time, facts.until)`,
  },
  FG2005: {
    paragraph:
      'In JavaScript 0, "", null and undefined count as false; in Rego all of them but an undefined value count as true. And a reader cannot see which of them was meant. A condition is a boolean: say what is asked for.',
    wrong: `when: ({ facts }) => (facts.note ? facts.urgent : false)`,
    right: `when: ({ facts }) => (facts.note !== undefined ? facts.urgent : false)`,
  },
  FG2006: {
    paragraph:
      'Before a rule runs, what it reads is checked against its schema. A value without one could be anything, and what a comparison with it means would depend on what it is. Arguments get a schema from the tool that the rule is pinned to, facts and data from the policy\'s own schemas. What may be anything can be asked for its type: behind `typeof value === "string"`, it is a text.',
    wrong: `when: ({ action }) => action.args.amount === 3`,
    right: `when: ({ facts }) => facts.count === 3`,
  },
  FG2007: {
    paragraph:
      "`as`, `!`, `any` and type guards tell TypeScript what a value is without checking it. The compiler relies on types to decide what a guard must check, so that an assertion that is wrong would make a rule that is wrong. Test the value, or say what holds when it is missing. `as const`, and `as` with a type that the value has anyway, claim nothing.",
    wrong: `when: ({ facts }) => facts.note!.startsWith("urgent")`,
    right: `when: ({ facts }) => facts.note?.startsWith("urgent") ?? false`,
  },
  FG2008: {
    paragraph:
      "JavaScript computes with binary fractions and Rego with decimal ones: 0.1 + 0.2 === 0.3 is false in one and true in the other. And an operator that converts its operand, such as a leading plus, reads texts by rules that Rego does not have. What cannot come out the same is refused.",
    wrong: `when: ({ facts }) => +facts.name > 3`,
    right: `when: ({ facts }) => facts.count > 3`,
  },
  FG2009: {
    paragraph:
      "Rego has values and no variables that change, and a value that changes while a condition is read would mean something else at each place. Name each value once, with const; what a loop would look for or count is said by some, every and filter.",
    wrong: `let seen = 0;
when: ({ facts }) => facts.names.some((name) => ++seen > 3 && name === "x")`,
    right: `when: ({ facts }) => facts.names.filter((name) => name === "x").length > 3`,
  },
  FG2010: {
    paragraph:
      "A decision must end, and in a time that is known before: every list that a rule goes through has a maximum. A loop whose end nobody can see has none. The methods of arrays go through a list once, and say what they look for.",
    wrong: `when: ({ facts }) => {
  while (facts.urgent) {
    if (facts.count > 3) return true;
  }
  return false;
}`,
    right: `when: ({ facts }) => facts.names.some((name) => name === "x")`,
  },
  FG2011: {
    paragraph:
      "Rego refuses rules that lead back to themselves, and a decision must end. A function may call others, as deep as it likes, and never itself, not even by way of another.",
    wrong: `const isNested = (name: string): boolean => name === "x" || isNested(name);
when: ({ facts }) => isNested(facts.name)`,
    right: `const isNamed = (name: string): boolean => name === "x" || name === "y";
when: ({ facts }) => isNamed(facts.name)`,
  },
  FG2012: {
    paragraph:
      "Each member of arrays, texts and objects is in the policy language when it has been shown to mean the same in Rego for every value: a text's length in UTF-16 units, for example, is computed as JavaScript counts. The others differ for some value, often one that only an attacker sends.",
    wrong: `when: ({ facts }) => facts.name.charAt(0) === "x"`,
    right: `when: ({ facts }) => facts.name.startsWith("x")`,
  },
  FG2013: {
    paragraph:
      "A callback is read where it stands, with the entries of the list in the place of its parameter. A function that is chosen, stored or handed on while the policy runs has no place in Rego, which has no functions as values.",
    wrong: `when: ({ facts }) => {
  const isLarge = () => facts.count > 3;
  return isLarge();
}`,
    right: `when: ({ facts }) => {
  const isLarge = facts.count > 3;
  return isLarge;
}`,
  },
} as const satisfies Partial<Record<DiagnosticCode, Explanation>>;
