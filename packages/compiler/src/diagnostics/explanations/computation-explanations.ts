import type { DiagnosticCode } from "../codes.ts";
import type { Explanation } from "./explanation.ts";

/** Steps, tables, lists in order, and numbers. */
export const computationExplanations = {
  FG2030: {
    paragraph:
      "A case that does not end with return or break goes on into the next one, which is easily overlooked by those who review a policy. Cases that share an answer stand right above each other, with nothing between.",
    wrong: `when: ({ facts }) => {
  switch (facts.name) {
    case "a":
      if (facts.urgent) return true;
    case "b":
      return false;
    default:
      return facts.urgent;
  }
}`,
    right: `when: ({ facts }) => {
  switch (facts.name) {
    case "a":
      return facts.urgent;
    case "b":
      return false;
    default:
      return facts.urgent;
  }
}`,
  },
  FG2031: {
    paragraph:
      "The keys of a JSON object have no order that all systems agree about: JavaScript puts numbers first, Rego sorts, others keep what was written. What depends on a place among them would come out differently. Ask whether some or every one is so, how many there are, or whether one is among them.",
    wrong: `when: ({ facts }) => Object.keys(facts.teams)[0] === "red"`,
    right: `when: ({ facts }) => Object.keys(facts.teams).includes("red")`,
  },
  FG2032: {
    paragraph:
      "An object in a policy is a table of constants: names and literals, or lists and tables of them. What is computed has no place in one, and neither has what only JavaScript can hold. Choose with switch, or look the value up and compute behind it.",
    wrong: `when: ({ facts }) => ({ gold: facts.count, silver: 2 })[facts.urgent ? "gold" : "silver"] > 3`,
    right: `const limits = { gold: 3, silver: 2 } as const;
when: ({ facts }) => facts.count > limits[facts.urgent ? "gold" : "silver"]`,
  },
  FG2033: {
    paragraph:
      "A sum is exact as long as neither it nor any part of it leaves the whole numbers that JavaScript holds, 2^53 - 1 on either side. The compiler shows that from the bounds of the numbers and the longest list, and refuses a sum for which it cannot.",
    wrong: `when: ({ facts }) => [facts.count, facts.count].reduce((sum, one) => sum + one, 0) > 3`,
    right: `when: ({ facts }) => [facts.hours, facts.hours].reduce((sum, one) => sum + one, 0) > 3`,
  },
  FG2080: {
    paragraph:
      "JavaScript computes with binary fractions and Rego with decimal ones: 0.1 + 0.2 === 0.3 is false in one and true in the other. Comparing numbers is exact, and computing with whole ones is. Count in the smallest unit, such as cents, and declare the field with int({ min, max }).",
    wrong: `when: ({ facts }) => facts.hours * 1.5 > 10`,
    right: `when: ({ facts }) => facts.hours * 3 > 20`,
  },
  FG2081: {
    paragraph:
      "JavaScript holds whole numbers exactly up to 2^53 - 1, and Rego holds them all. The compiler knows the smallest and the largest value of each number, from its schema and from what was done with it, and refuses arithmetic whose result could leave that range. Give the fields closer bounds.",
    wrong: `when: ({ facts }) => facts.count + 1 > 10`,
    right: `when: ({ facts }) => facts.hours + 1 > 10`,
  },
  FG2082: {
    paragraph:
      "JavaScript divides to the nearest binary fraction and Rego to a decimal one, so that a third is not the same number in both. A quotient that is rounded at once to a whole number is: Math.floor, ceil or trunc of a whole number divided by a constant. Two quotients are compared by multiplying.",
    wrong: `when: ({ facts }) => facts.hours / 24 > 3`,
    right: `when: ({ facts }) => Math.floor(facts.hours / 24) > 3`,
  },
} as const satisfies Partial<Record<DiagnosticCode, Explanation>>;
