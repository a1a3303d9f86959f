/** What no input can show, of rules and of atomic clauses, with the reason. */
export const neverSeen: Readonly<Record<string, string>> = {
  'compliance.branches.parameter_left_out: isLabelled(facts.text, undefined, "z") true':
    "the call before it holds whenever this one does",
  'compliance.branches.switched_static: weight("bank") === "little" false': "it compares two literals",
  'compliance.corners.lower_unknown: facts.name.toLowerCase() === "i\\u0307" false':
    "the part before it says which text it is",
  "compliance.corners.never_some: (facts.tags ?? []).some((_tag) => !always) true":
    "what is asked of each item never holds",
  "compliance.branches.switched_never true": "every case says false",
  "compliance.kinds.never true": "JSON holds no functions",
  'compliance.kinds.never: typeof facts.anything === "function" true': "JSON holds no functions",
  "compliance.lists.count_duplicates: facts.tags.some((other) => other.startsWith(tag)) false":
    "each item begins with itself",
  "compliance.text.ends_empty: facts.text.endsWith(facts.other) false": "every text ends with the empty one",
  "resource.absence.age: session_age_seconds === undefined true":
    "the rule also compares the field, and so cannot be checked without it",
  "resource.absence.never_undefined: facts.nick === undefined true": "null is the only way to be absent",
  "resource.logic.loose: facts.unset === true false": "the branch before it returned",
  'resource.tools.express: args.kind === "refund" false': "the schema has no other literal",
  "workflow.enums.empty: empty.every((one) => one === facts.word) false": "the list is empty",
  "workflow.enums.empty: one === facts.word false": "the list is empty",
  "workflow.enums.empty: one === facts.word true": "the list is empty",
  "workflow.enums.high: facts.level >= ceiling false": "the part before it asks for more",
  "workflow.loops.decided_before false": "it is true before the loop",
  'workflow.times.literals: before(launch, "2025-01-01T00:00:00.0001Z") false':
    "two literals compare the same always",
};
