import type { DiagnosticCode } from "../codes.ts";
import type { Explanation } from "./explanation.ts";

/** FG20xx: what the policy language cannot keep, of values and where they come from. */
export const valueExplanations = {
  FG2014: {
    paragraph:
      "A decision depends on its input, on the policy's data and on facts, and on nothing else: so it can be made again, from its record, and come out the same. The clock, chance and the machine are not among them. Time is environment.time, which the guard sets.",
    wrong: `when: () => Math.random() > 0.5`,
    right: `when: ({ environment, facts }) => before(environment.time, facts.until)`,
  },
  FG2015: {
    paragraph:
      "What a policy names outside of its rules is put into the rules when it is compiled, and so must be there then: a literal, a list of literals, or a function. A value that the module computes, or changes somewhere, is not. Values that somebody maintains belong into the policy's data.",
    wrong: `let limit = 3;
when: ({ facts }) => facts.count > limit`,
    right: `const limit = 3;
when: ({ facts }) => facts.count > limit`,
  },
  FG2016: {
    paragraph:
      "TypeScript takes `a ?? b` apart as if it were `a || b`: after it, a value that may be false is taken for one that is not, and the types no longer say what can be there. For a boolean, only a literal behind ?? is safe; with anything else, write out both ways. Nor does TypeScript keep what stands behind ?? where a field of the contract may be absent and its type does not say so: what a variable, a choice or a function hands on of it would be taken for something else.",
    wrong: `when: ({ facts }) => facts.maybe ?? facts.urgent`,
    right: `when: ({ facts }) => (facts.maybe === undefined ? facts.urgent : facts.maybe)`,
  },
  FG2017: {
    paragraph:
      "includes() looks for the same object in JavaScript, and for one that looks the same in Rego. Look for the field that tells the entries apart.",
    wrong: `when: ({ facts }) => facts.people.includes(facts.owner)`,
    right: `when: ({ facts }) => facts.people.some((person) => person.id === facts.owner.id)`,
  },
  FG2018: {
    paragraph:
      'JavaScript makes texts of all keys, so that record[3] and record["3"] are the same; in Rego they are two. Arrays are indexed with numbers and records with texts.',
    wrong: `when: ({ facts }) => facts.teams[3] === undefined`,
    right: `when: ({ facts }) => facts.teams["3"] === undefined`,
  },
  FG2019: {
    paragraph:
      "`in` tells whether a record has a key. On an object of known fields it narrows types in a way that input with additional keys does not keep to, and on an array it asks for an index. Compare the field, or use includes().",
    wrong: `when: ({ facts }) => "id" in facts.owner`,
    right: `when: ({ facts }) => "red" in facts.teams`,
  },
  FG2020: {
    paragraph:
      "A helper function becomes a function in Rego: plain, of the policy's own files, with named or destructured parameters, and with a value that is no function. Functions that wait, that yield, or that make functions have no counterpart there.",
    wrong: `const equals = (name: string) => (other: string) => name === other;
when: ({ facts }) => equals("x")(facts.name)`,
    right: `const equals = (name: string, other: string) => name === other;
when: ({ facts }) => equals("x", facts.name)`,
  },
  FG2021: {
    paragraph:
      "A function that ends without a return gives undefined, which is seldom what was meant, and which a condition cannot be. End every path with a return.",
    wrong: `function isLarge(count: number) {
  if (count > 3) return true;
}
when: ({ facts }) => isLarge(facts.count) ?? false`,
    right: `function isLarge(count: number) {
  if (count > 3) return true;
  return false;
}
when: ({ facts }) => isLarge(facts.count)`,
  },
  FG2022: {
    paragraph:
      "Destructuring says which values a rule reads, and a rule's guard checks exactly those. `...rest` would read everything that is there, known or not. Name the fields.",
    wrong: `when: ({ facts: { name, ...rest } }) => name === rest.note`,
    right: `when: ({ facts: { name, note } }) => name === note`,
  },
  FG2023: {
    paragraph:
      "before() and after() compare moments, written as UTC times with a Z at the end. A field is known to hold one when its schema is isoTime(); any other text may be a date, a local time or nothing of the kind, and would compare as letters do.",
    wrong: `when: ({ environment, facts }) => before(environment.time, facts.name)`,
    right: `when: ({ environment, facts }) => before(environment.time, facts.until)`,
  },
  FG2024: {
    paragraph:
      "JavaScript's texts can hold half of a surrogate pair, which no other system can: in UTF-8 there is no way to write it. No input that is let in has one, so that a comparison with it could never be true.",
    wrong: String.raw`when: ({ facts }) => facts.name === "\ud83d"`,
    right: String.raw`when: ({ facts }) => facts.name === "\ud83d\ude00"`,
  },
  FG2025: {
    paragraph:
      "Rego holds what JSON holds: texts, finite numbers, booleans, null, lists and objects. `undefined` is kept where a value may be missing, in a field or in a list; big integers, infinities and what is not a number are not kept at all.",
    wrong: `when: ({ facts }) => facts.count > 10n`,
    right: `when: ({ facts }) => facts.count > 10`,
  },
  FG2090: {
    paragraph:
      "A loop takes as many rounds as its list can have entries, and a loop in a loop multiplies. Where lists have no maximum, that is 1,000 each. This one works, but a call with lists that are as long as they may be would hold up the process for about half a second or more. A maximum in the schema is checked before the rule runs: what is longer is not read, and the rule cannot be checked.",
    wrong: `when: ({ facts }) =>
  facts.people.some((person) => facts.people.some((other) => person.nick === other.id && facts.names.some((name) => name === person.id)))`,
    right: `when: ({ facts }) => facts.people.some((person) => facts.names.includes(person.id))`,
  },
  FG2091: {
    paragraph:
      "What a host may leave out, a rule reads as if it were there, and where it is not, the rule is invalid: it denies if it could deny or ask, and does not match if it could allow. Comparing it with undefined lets the rule say what its absence means, but a plain read in the same rule needs it all the same, behind the comparison, too. Only ?. and ?? read it where it is there.",
    wrong: `when: ({ environment }) => environment.region !== undefined && environment.region.startsWith("eu")`,
    right: `when: ({ environment }) => environment.region?.startsWith("eu") ?? false`,
  },
  FG2999: {
    paragraph:
      "The compiler met something that it holds to be impossible, or OPA refused what it made. Nothing was written. That is never the policy's fault: please report it, with the policy, or with the smallest part of it that shows it.",
  },
} as const satisfies Partial<Record<DiagnosticCode, Explanation>>;
