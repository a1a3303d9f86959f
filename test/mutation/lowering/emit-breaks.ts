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
