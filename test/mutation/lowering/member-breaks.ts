import { breaksOf } from "./breaks-of.ts";

/** Breaks of how lists that are searched in loops become sets. */
export const memberBreaks = [
  ...breaksOf("packages/compiler/src/lower/lower-members.ts", [
    [
      "each list has a set of its own",
      ["const key = JSON.stringify([list, body]);", "const key = JSON.stringify(body);"],
      "lookups",
    ],
    [
      "a set has the members of its list",
      [
        "const list = lowerValue(array, { locals: new Map(), hint }, lowering, body);",
        'const list = lowerValue({ ...array, kind: "undefined" }, { locals: new Map(), hint }, lowering, body);',
      ],
      "lookups",
    ],
  ]),
  ...breaksOf("packages/compiler/src/analysis/known-outside.ts", [
    [
      "a path leads over what may be missing",
      [
        "object: inTermsOf(node.object, binds), optional: true };",
        "object: inTermsOf(node.object, binds) };",
      ],
      "lookups",
    ],
    [
      "what takes work is done where it is asked for",
      ["if (!isPath(known) || free.some(", "if (free.some("],
      "lookups",
      "every value is defined, also where the policy has not yet asked for it",
    ],
    [
      "a list that a loop makes is known in the loop",
      ["free.some((local) => binds.has(local))) break;", "free.length === 0) break;"],
      "lookups",
    ],
  ]),
  ...breaksOf("packages/compiler/src/analysis/list-size.ts", [
    [
      "a set in which something false is found has none of it",
      ['items !== undefined && isAlways(items, "string");', "items !== undefined;"],
      "lookups",
    ],
  ]),
];
