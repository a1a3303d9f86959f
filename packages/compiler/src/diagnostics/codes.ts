/** What a code says by itself. */
export interface CodeText {
  readonly title: string;
  readonly fix: string;
  /** A warning does not stop a build. Defaults to an error. */
  readonly severity?: "warning";
}

/**
 * Every mistake that the compiler knows, by its code. Codes are written by hand, never counted and never reused.
 * FG1xxx: how a policy is put together. FG2xxx: what the policy language cannot keep. FG3xxx: linking.
 */
export const diagnosticCodes = {
  FG1001: {
    title: "TypeScript error",
    fix: "mend what TypeScript reports; a policy with type errors does not compile",
  },
  FG1002: {
    title: "no policy in the file",
    fix: "export a policy as the default: export default policy({ ... })",
  },
  FG1003: {
    title: "policy terms that cannot be read",
    fix: "hand policy() one object literal, with `rules` as an arrow function that returns an object literal",
  },
  FG1004: {
    title: "rule that cannot be read",
    fix: "write each rule as `name: deny({ reason: ..., when: ... })`, with an effect that `rules` was handed",
  },
  FG1005: {
    title: "predicate that cannot be read",
    fix: "write `when`, or the `value` of a derive rule, as an arrow function in place: when: ({ action }) => ...",
  },
  FG1006: {
    title: "name that cannot be used",
    fix: "use lower-case letters, digits and underscores, with a letter first",
  },
  FG1007: {
    title: "version that cannot be ordered",
    fix: "write the version as major.minor.patch, such as 1.4.7",
  },
  FG1008: {
    title: "policy module that does not run",
    fix: "a policy module must load without network, environment or side effects",
  },
  FG1009: {
    title: "policy data that cannot be read",
    fix: "put a JSON file <policy file>.data.json beside the policy",
  },
  FG1010: {
    title: "policy data that does not fit its schema",
    fix: "change the data or the `data` schema so that they agree",
  },
  FG1011: {
    title: "schema that guards cannot check",
    fix: "use objects, strings with min, max, regex(), email() and url(), isoTime(), int() and bounded numbers, booleans, enums, literals, arrays, tuples, records, unions, optional and nullable",
  },
  FG1012: {
    title: "override without its terms",
    fix: "give the override an owner, a justification and `expires` as UTC time",
  },
  FG1013: {
    title: "effect that the category may not use",
    fix: "move the rule to a policy of a category that may use the effect",
  },
  FG1014: { title: "reason that is reserved", fix: "choose a reason that does not begin with `forego.`" },
  FG1015: {
    title: "module that does more than declare",
    fix: "write constants, types and functions only; what depends on a call stands in a rule",
  },
  FG1016: {
    title: "condition that its rule never meets",
    fix: "name the phase in the rule's `on`",
  },
  FG1020: {
    title: "field and derive rule that do not meet",
    fix: "write one derive rule for each field of the `derives` schema, named as the field",
  },
  FG1021: {
    title: "term that a derive rule does not have",
    fix: "leave it out: a derive rule has a `value` and no more, and the rules that read it say where they apply and why",
  },
  FG1022: {
    title: "value that may not fit the field that it is derived for",
    fix: "let the value keep to the field's schema, such as Math.min(n, 100) for int({ max: 100 }), ?? for what may be missing and .max() on the lists that it is made of, or widen the schema",
  },
  FG1023: {
    title: "lift that names no rule that it may lift",
    fix: 'import the policy, and name its rule: lifts: [{ rule: dataAccess.rules.clearance, meaning: "..." }]',
  },
  FG1025: {
    title: "limit that cannot be counted",
    fix: "give it a window, and whole numbers of at least 0 for cost and limit",
  },
  FG1026: {
    title: "path that cannot be redacted",
    fix: "write args.<name> or result, then .<name> for a field and [*] for every entry: result.rows[*].ssn",
  },
  FG1027: {
    title: "value that may not fit the argument that it is set for",
    fix: "name an argument of the tool, and compute what its schema allows",
  },
  FG1028: {
    title: "state that nothing keeps",
    fix: 'name budgets and rate limits of the same policy: state: ["weekly_tokens"]',
  },
  FG1029: {
    title: "value that cannot be told",
    fix: "name at most 8 single values that the rule reads, such as args.amount or data.limit; of a budget or rate limit also limit, used and remaining",
  },
  FG1030: {
    title: "hand-written Rego that cannot be read",
    fix: "name a .rego file below the policy folder that `opa check --strict` accepts, with the built-in functions that a release may use",
  },
  FG1031: {
    title: "hand-written Rego outside of the closed shape",
    fix: "let the module add names of the policy's rules to the set `hits`, in the policy's own package, and define nothing for others",
  },
  FG1032: {
    title: "read that hand-written Rego does not say",
    fix: "name what the Rego reads in `reads`",
  },
  FG1033: {
    title: "hand-written Rego that could contradict itself",
    fix: "write one definition with `else`, or make a set with `contains`",
  },
  FG1034: {
    title: "path that hand-written Rego cannot read",
    fix: 'name paths of the contract, of facts.<name>, or of action.args where the rule is pinned to a tool; or write "input"',
  },
  FG1035: {
    severity: "warning",
    title: "name of a tool that no policy declares",
    fix: 'write the name as the tool is declared, or declare it: tool("crm.search", z.object({ ... }))',
  },
  FG2001: {
    title: "construct outside the policy language",
    fix: "write the condition with comparisons, `&&`, `||`, `!`, `some`, `every`, `includes` and helper functions",
  },
  FG2002: { title: "loose equality", fix: "use === or !==; only `== null` is kept, for null and undefined" },
  FG2003: { title: "comparison of objects", fix: "compare a field, such as a.id === b.id" },
  FG2004: {
    title: "ordering of what is not a number",
    fix: "order numbers, or a text and an ASCII literal; for times use before(), after() and minutesBetween()",
  },
  FG2005: {
    title: "condition that is not boolean",
    fix: 'say what is meant: !== undefined, !== null, !== "", > 0; of a text that may be missing: x !== undefined && x !== "", and where it must be: x === undefined || x === ""',
  },
  FG2006: {
    title: "value of unknown type",
    fix: "give the value a schema (pin the rule to a tool, or declare facts or data), or ask first what its `typeof` is",
  },
  FG2007: {
    title: "assertion that nothing checks",
    fix: "test the value instead, or give it a default with ??",
  },
  FG2008: {
    title: "operator that converts or computes",
    fix: "compute with + - * and %, on whole numbers with bounds",
  },
  FG2009: {
    title: "variable that changes",
    fix: "use const; in a for...of, a variable can add up (n += size), gather (out.push(x)) or turn once (found = true); of two values: const limit = isLarge ? 9 : 5, or a helper function with return",
  },
  FG2010: {
    title: "loop",
    fix: "use for...of over an array, or some, every, filter and map; of a record: for (const [key, value] of Object.entries(record))",
  },
  FG2011: {
    title: "recursion",
    fix: "Rego has no recursion: write the steps out, or let a fact provider compute the value",
  },
  FG2012: {
    title: "member outside the policy language",
    fix: "arrays have some, every, filter, map, flatMap, find, findIndex, includes, at, slice and length; strings have startsWith, endsWith, includes, split, trim, toLowerCase and length",
  },
  FG2013: {
    title: "callback that cannot be read",
    fix: "write the callback in place, as an arrow function with one parameter, or name a helper function that has one",
  },
  FG2014: {
    title: "value from outside the policy",
    fix: "a policy sees its input, its data and its facts; time is environment.time",
  },
  FG2015: {
    title: "module value that is not constant",
    fix: "use a const with a literal, a list of literals, a table of literals `as const`, or a function",
  },
  FG2016: {
    title: "default that is not literal",
    fix: "write true or false behind ??, or a ternary: x === undefined ? other : x",
  },
  FG2017: { title: "search for an object", fix: "use some() and compare a field" },
  FG2018: {
    title: "key that does not fit",
    fix: "index arrays with numbers and records with strings; a record that may be missing: record?.[key]; of texts, use startsWith() or split()",
  },
  FG2019: {
    title: "key that is looked for in what is not a record",
    fix: "use Object.hasOwn(record, key) on records and tables, includes() on arrays, and `!== undefined` on objects with known fields; tell objects apart by z.discriminatedUnion()",
  },
  FG2020: {
    title: "function that cannot be read",
    fix: "use plain functions of the policy's own files, with named or destructured parameters",
  },
  FG2021: { title: "path without a return", fix: "end every path of the function with a return" },
  FG2022: {
    title: "pattern that cannot be read",
    fix: "destructure objects by name and arrays by place, without rest",
  },
  FG2023: {
    title: "time that cannot be compared",
    fix: 'declare the field with isoTime(), or write a UTC time such as "2025-09-12T13:45:00Z"',
  },
  FG2024: { title: "text that is not well-formed", fix: "a string cannot hold half of a surrogate pair" },
  FG2025: {
    title: "value that Rego cannot hold",
    fix: "use strings, finite numbers, booleans, null and undefined",
  },
  FG2030: {
    title: "case that falls through to the next one",
    fix: "end the case with return or break; cases that share an answer stand right above each other",
  },
  FG2031: {
    title: "place in a list that has no order",
    fix: "keys and values of a record are for some, every, includes, length, filter and map",
  },
  FG2032: {
    title: "object that is not a table of literals",
    fix: "write names and literals only; what is computed stands where it is used, each value by itself",
  },
  FG2033: {
    title: "sum that numbers may not hold",
    fix: "add whole numbers with bounds, such as int({ min: 0, max: 1_000_000 }), from a list with .max()",
  },
  FG2080: {
    title: "arithmetic on a number that can have a fraction",
    fix: "0.1 + 0.2 is not 0.3 in JavaScript, and is in Rego: count in the smallest unit, such as cents, and declare the number with int({ min, max })",
  },
  FG2081: {
    title: "arithmetic that can leave the exact whole numbers",
    fix: "compute with smaller numbers: JavaScript holds whole numbers exactly up to 2^53 - 1",
  },
  FG2082: {
    title: "division",
    fix: "JavaScript divides to a binary fraction and Rego to a decimal: multiply instead (a > c * b for a / b > c, when b is positive), or round at once: Math.floor(a / 60), also ceil and trunc",
  },
  FG2061: {
    title: "part of a text that is not always printed the same",
    fix: "put in texts and whole numbers; what may be missing gets a default with ??",
  },
  FG2062: {
    title: "regular expression that cannot be kept",
    fix: "test with startsWith, endsWith, includes or split",
  },
  FG2063: {
    severity: "warning",
    title:
      "RE2 has to match this: it is compiled at every evaluation, which takes 10 to 200 us, and the module grows by 190 KB",
    fix: "cheap are beginnings, ends and parts (/^a/), lists (/^(?:a|b)$/) and one kind of character (/^[a-z]{2,8}$/)",
  },
  FG2064: {
    title: "argument that is not a literal of its form",
    fix: "write the literal in place, in the form that the function's doc comment gives",
  },
  FG2090: {
    severity: "warning",
    title: "loop that could take many steps",
    fix: "give its lists, its records and the texts that it splits a maximum with .max(), as small as can be; without one, lists and records may have 1,000 entries, and texts 262,144 characters",
  },
  FG2091: {
    severity: "warning",
    title: "value that is asked for, and read as if it were there",
    fix: 'leave the comparison out, and say with ?. and ?? what absence means: user?.groups.includes("x") ?? false',
  },
  FG2999: { title: "bug in the compiler", fix: "please report this policy" },
  FG3001: { title: "name that two policies claim", fix: "rename one of the policies" },
  FG3002: {
    title: "decision that could take too many steps",
    fix: "give the lists and records that are iterated a maximum with .max(); without one it is 1,000",
  },
  FG3003: {
    title: "more regular expressions than RE2 has memory for",
    fix: "join patterns of one purpose to one, or use startsWith, endsWith, includes and lists, which cost next to nothing",
  },
  FG3004: {
    title: "lift of a rule that does not let it",
    fix: "ask the owner of the rule to write `overridable: { by: [...] }` there, with the owner of the lift",
  },
  FG3005: {
    title: "lifted rule that nobody has reviewed as it is",
    fix: "read the rule again, and write what it means now",
  },
  FG3006: {
    title: "field that two policies derive",
    fix: "let one policy derive it, and the other call it by another name",
  },
  FG3007: {
    title: "field that nobody derives",
    fix: "build the policies together with the identity policy that derives the field",
  },
  FG3008: {
    title: "field whose reader has another schema for it",
    fix: "declare the schema in a file of its own, and import it as `derives` and as `derived`",
  },
  FG3009: {
    title: "release of a server that does more than restrict",
    fix: "let it deny, ask, redact and audit only: what is allowed is up to those who use the server",
  },
} as const satisfies Record<string, CodeText>;

/** A code of {@link diagnosticCodes}. */
export type DiagnosticCode = keyof typeof diagnosticCodes;
