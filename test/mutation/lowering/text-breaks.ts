import { breaksOf } from "./breaks-of.ts";

/** Breaks of how texts are lowered, and of the functions that change them. */
export const textBreaks = [
  ...breaksOf("packages/compiler/src/lower/lower-text.ts", [
    [
      "the parts of a text have nothing between them",
      [
        'call("concat", scalar(""), { kind: "array", items })',
        'call("concat", scalar(" "), { kind: "array", items })',
      ],
      "texts",
    ],
    [
      "a number in a text is printed",
      ['return call("json.marshal", call("floor", term));', "return term;"],
      "texts",
    ],
    [
      "what may be a text or a number is printed as what it is",
      ['return preludeCall("printed", lowering, term);', 'return call("json.marshal", term);'],
      "texts",
    ],
    [
      "trim is not toLowerCase",
      [
        'node.change === "trim" ? "trim_text" : "lower_text"',
        'node.change === "trim" ? "lower_text" : "trim_text"',
      ],
      "texts",
    ],
    [
      "a text that was asked for is one",
      ['isNullable(node.type) ? preludeCall("text", lowering, term) : term', "term"],
      "texts",
      "it is asked for before each use: the empty text that stands for a missing one is never seen",
    ],
    [
      "the length of a text beside a number is in UTF-16 units",
      [
        'return preludeCall("utf16_length_near", lowering, value(node.operand), scalar(other.value));',
        'return call("count", value(node.operand));',
      ],
      "texts",
    ],
    ["starts with is not contains", ['startsWith: "startswith"', 'startsWith: "contains"'], "text"],
    [
      "a text made of some characters is as long as it must be",
      ['...(min > 0 ? [[count, ">=", "<", scalar(min)] as const] : []),', ""],
      "patterns",
    ],
    [
      "a text made of some characters is no longer than it may be",
      ['[[count, "<=", ">", scalar(max)] as const]', '[[count, "<", ">=", scalar(max)] as const]'],
      "patterns",
    ],
    [
      "a text made of some characters has no others",
      ['[call("trim_left", text, scalar(characters)), "==", "!=", scalar("")],', ""],
      "patterns",
    ],
    [
      "a text is not made of some characters for any of the reasons",
      [
        "return tests.map(([left, , opposite, right]) => [...before, compare(left, opposite, right)]);",
        "return [[...before, ...tests.map(([left, , opposite, right]) => compare(left, opposite, right))]];",
      ],
      "patterns",
    ],
  ]),
  ...breaksOf("packages/compiler/src/lower/lower-intrinsic.ts", [
    [
      "times are compared by their keys",
      ['return preludeCall("time_key", lowering, operand(node));', "return operand(node);"],
      "times",
    ],
    [
      "a literal time has a key, too",
      ["return scalar(utcTimeKey(node.value));", "return scalar(node.value);"],
      "times",
    ],
    [
      "times in no order are in the opposite one",
      ["wanted ? rego.sign : rego.opposite", "wanted ? rego.sign : rego.sign"],
      "times",
    ],
  ]),
  ...breaksOf("packages/compiler/src/intrinsics/before.ts", [
    ["not before is at or after", ['opposite: ">="', 'opposite: ">"'], "times"],
    ["before is not at", ['sign: "<"', 'sign: "<="'], "times"],
  ]),
  ...breaksOf("packages/compiler/src/intrinsics/after.ts", [
    ["not after is at or before", ['opposite: "<="', 'opposite: "<"'], "times"],
    ["after is not before", ['sign: ">"', 'sign: "<"'], "times"],
  ]),
  ...breaksOf("packages/compiler/src/intrinsics/ascii-lower.ts", [
    [
      "only A to Z become lower case",
      ['character < "\\\\u0080"', 'character < "\\\\u{10000}"'],
      "intrinsics",
    ],
    ["what is behind Z stays", ['character <= "Z"', 'character <= "\\\\u{10FFFF}"'], "intrinsics"],
  ]),
  ...breaksOf("packages/compiler/src/intrinsics/remove-prefix.ts", [
    ["a prefix is removed once", ["trim_prefix(text, prefix)", "trim_left(text, prefix)"], "intrinsics"],
  ]),
  ...breaksOf("packages/compiler/src/intrinsics/remove-suffix.ts", [
    ["a suffix is removed once", ["trim_suffix(text, suffix)", "trim_right(text, suffix)"], "intrinsics"],
  ]),
  ...breaksOf("packages/compiler/src/lower/text-prelude.ts", [
    [
      "white space is what JavaScript takes for it",
      ["trim_text(text) := trim(text, white_space)", "trim_text(text) := trim_space(text)"],
      "texts",
    ],
    [
      "a length near a number is surely above it only with more characters",
      ["characters > number\n", "characters >= number\n"],
      "texts",
    ],
    [
      "a length near a number is surely below it only with half the characters",
      ["characters * 2 < number", "characters * 2 <= number + 1"],
      "texts",
    ],
  ]),
  ...breaksOf("packages/compiler/src/lower/lower-case-prelude.ts", [
    [
      "characters that lower() does not know are in a table",
      [
        'lower(concat("", [object.get(lower_fixes, character, character) | some',
        'lower(concat("", [character | some',
      ],
      "corners",
    ],
    [
      "a sigma at the end of a word is another letter",
      ["\tnot cased_after(parts, next)\n", "\tcased_after(parts, next)\n"],
      "texts",
    ],
    [
      "a sigma by itself is at the end of nothing",
      ["\tcased_before(parts, index)\n\tnext := index + 1", "\tnext := index + 1"],
      "texts",
    ],
  ]),
  ...breaksOf("packages/compiler/src/lower/lower-function.ts", [
    [
      "a helper is handed what it uses, by its place",
      ["used.includes(one) ? [index] : []", "used.includes(one) ? [variables.length - 1 - index] : []"],
      "helpers",
    ],
    [
      "a helper that holds in one of two ways holds",
      [
        "const bodies = lowerCondition(source.body, scope, lowering, true).map((body) => dropUnused(body));",
        "const bodies = lowerCondition(source.body, scope, lowering, true).slice(0, 1).map((body) => dropUnused(body));",
      ],
      "helpers",
    ],
  ]),
  ...breaksOf("packages/compiler/src/intrinsics/set-operations.ts", [
    [
      "lists intersect where they share an entry",
      ["count(members(list) & members(other)) > 0", "count(members(list) | members(other)) > 0"],
      "sets",
    ],
    [
      "a subset has no entry of its own",
      ["count(members(list) - members(other)) == 0", "count(members(other) - members(list)) == 0"],
      "sets",
    ],
    ["a difference has no shared entries", ["not found[entry]", "found[entry]"], "sets"],
  ]),
  ...breaksOf("packages/compiler/src/intrinsics/to-minor-units.ts", [
    [
      "an amount below zero stays there",
      ["minor_units(text, digits) := 0 - units", "minor_units(text, digits) := units"],
      "money",
    ],
  ]),
  ...breaksOf("packages/compiler/src/intrinsics/email-domain.ts", [
    [
      "a domain is in lower case",
      ["email_domain(text) := lower(domain) if", "email_domain(text) := domain if"],
      "addresses",
    ],
  ]),
  ...breaksOf("packages/compiler/src/intrinsics/cidr-contains.ts", [
    ["a block begins where its prefix ends", ["group % steps[index] == 0", "group >= 0"], "addresses"],
  ]),
];
