import { breaksOf } from "./breaks-of.ts";

/** Breaks of what all of it shares, and of the modules around it. */
export const emitBreaks = [
  ...breaksOf("packages/compiler/src/lower/lower-arithmetic.ts", [
    [
      "an operator is itself",
      [
        'return { kind: "arithmetic", sign: node.operator, left, right };',
        'return { kind: "arithmetic", sign: node.operator === "-" ? "+" : node.operator, left, right };',
      ],
      "arithmetic",
    ],
  ]),
  ...breaksOf("packages/compiler/src/lower/bind-minus.ts", [
    [
      "a minus begins no line",
      ["if (!beginsWithMinus(term)) return term;", "if (term !== undefined) return term;"],
      "negative",
    ],
  ]),
  ...breaksOf("packages/compiler/src/lower/drop-unused.ts", [
    ["an item that is used keeps its name", ['item: used.has(item) ? item : "_",', 'item: "_",'], "lists"],
  ]),
  ...breaksOf("packages/compiler/src/lower/free-variables.ts", [
    [
      "a rule is handed what its bodies use",
      ["return [...used].filter((name) => !boundSomewhere.has(name));", "return [];"],
      "lists",
    ],
  ]),
  ...breaksOf("packages/compiler/src/emit/policy-module.ts", [
    [
      "a rule applies where it says",
      ["body: [guards.applies(rule), ...body],", "body: [...body, ...[guards.applies(rule)].slice(1)],"],
      "phases",
    ],
    [
      "a rule applies to its tool",
      ['compare(reference("input", "action", "tool"), "==", scalar(tool))]', "]"],
      "tools",
    ],
    [
      "what cannot be checked is invalid",
      ['add("invalid", rule.id, [enter, not(checked)]);', 'add("invalid", rule.id, [enter, checked]);'],
      "logic",
    ],
    [
      "what a rule computes is told where it matches",
      ['compare(scalar(id), "in", variable("matches"))', "guards.applies(rule)"],
      "narrowed",
    ],
    [
      "a limit is told wherever it applies",
      ['effect === "budget" ? guards.applies(rule)', 'effect === "lift" ? guards.applies(rule)'],
      "gate spend",
    ],
    [
      "what is missing is told",
      ['if (!told.has(key)) add("missing", pathName(guarded), [enter, not(valid)]);', ""],
      "logic",
    ],
  ]),
  ...breaksOf("packages/compiler/src/emit/decision-module.ts", [
    ["what cannot be checked has not matched", ["hits := matches - invalid", "hits := matches"], "logic"],
    [
      "a deny denies",
      ['reasons_of("deny", hit) | doubts(broken, absent)', "doubts(broken, absent)"],
      "lists",
    ],
    [
      "a doubt denies",
      ['reasons_of("deny", hit) | doubts(broken, absent)', 'reasons_of("deny", hit)'],
      "lists",
    ],
    [
      "what nothing allows is denied",
      [
        "\tneeds_allow\n\tnot is_allowed(hit)\n\tdata.forego",
        "\tfalse\n\tneeds_allow\n\tnot is_allowed(hit)\n\tdata.forego",
      ],
      "lists",
    ],
    [
      "what cannot be checked has computed nothing",
      ["some id, value in table; not id in broken}", "some id, value in table}"],
      "gate spend",
    ],
    [
      "what a lift takes back decides nothing",
      ["active := hit - overridden", "active := hit"],
      "gate incident",
    ],
    [
      "a lift is for those that let its owner",
      ["rule_table[lift].lifts.owner in rule_table[id].overridable.by", "false"],
      "gate incident",
    ],
    [
      "two values for one argument are in conflict",
      ["values[other][name] != value", "values[other][name] == value"],
      "gate privacy",
    ],
    [
      "what is computed is what is set",
      ['"rule": id, "set": values_of(set())[id]', '"rule": id, "set": {}'],
      "gate privacy",
    ],
    ["what was granted is not asked", ["not id in granted", "true"], "tools"],
    [
      "a doubt about arguments is told as one",
      ['startswith(path, "action.args")', 'startswith(path, "action")'],
      "corners",
    ],
    [
      "an ask of a resource allows",
      ['rule_table[id].category == "resource"', 'rule_table[id].category == "workflow"'],
      "tools",
    ],
  ]),
];
