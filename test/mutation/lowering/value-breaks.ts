import { breaksOf } from "./breaks-of.ts";

/** Breaks of how values are lowered. */
export const valueBreaks = [
  ...breaksOf("packages/compiler/src/lower/lower-value.ts", [
    [
      "undefined is a value of its own",
      ['case "undefined":\n      return emptySet;', 'case "undefined":\n      return scalar(null);'],
      "absence",
    ],
    [
      "a property that may be missing is looked up",
      [
        'const isThere = !node.optional && object.kind === "variable";',
        'const isThere = object.kind === "variable";',
      ],
      "absence",
    ],
    [
      "a condition that is not true is false, as a value of a local",
      [
        "      { body: [holds(lowered.holds)], value: scalar(true) },\n      { body: [], value: scalar(false) },",
        "      { body: [holds(lowered.holds)], value: scalar(true) },\n      { body: [], value: scalar(true) },",
      ],
      "corners",
    ],
    [
      "the length of a text is in UTF-16 units",
      [
        'return isArray ? call("count", term) : preludeCall("utf16_length", lowering, term);',
        'return call("count", term);',
      ],
      "text",
    ],
    [
      "a chain without a base is undefined",
      [
        "return valueRule([...present, { body: [], value: emptySet }], scope, lowering);",
        "return valueRule([...present, { body: [], value: scalar(false) }], scope, lowering);",
      ],
      "texts",
    ],
    [
      "a call that does not hold is false, as a value",
      [
        "      { body: [holds(term)], value: scalar(true) },\n      { body: [], value: scalar(false) },",
        "      { body: [holds(term)], value: scalar(true) },\n      { body: [], value: scalar(true) },",
      ],
      "helpers",
    ],
  ]),
  ...breaksOf("packages/compiler/src/lower/lower-read.ts", [
    [
      "a path whose end may be missing is looked up",
      [
        "if (!node.optional) return reference(node.document, ...path);",
        "if (true) return reference(node.document, ...path);",
      ],
      "absence",
    ],
    [
      "a part of what is derived that may be missing is looked up",
      ["if (!optional || last === undefined)", "if (true)"],
      "capabilities capable",
    ],
    [
      "all that is derived is in one object",
      ["entries: names.map((name)", "entries: names.slice(0, 2).map((name)"],
      "capabilities capable",
    ],
  ]),
  ...breaksOf("packages/compiler/src/lower/presence.ts", [
    [
      "presence asks for undefined",
      ['...(node.type.undefinable ? [compare(term, "!=", emptySet)] : []),', ""],
      "absence",
    ],
    [
      "presence asks for null",
      ['...(canBeNull(node) ? [compare(term, "!=", scalar(null))] : []),', ""],
      "absence",
    ],
  ]),
  ...breaksOf("packages/compiler/src/lower/lower-branches.ts", [
    [
      "the truth of a condition is false otherwise",
      ["{ body: [], value: scalar(false) }];", "{ body: [], value: emptySet }];"],
      "sequences",
    ],
    [
      "a branch keeps its test",
      [
        "whenTrue.map(({ body, value }) => ({ body: [...test, ...body], value })),",
        "whenTrue.map(({ body, value }) => ({ body: [...body], value })),",
      ],
      "branches",
    ],
    [
      "the other branch is kept",
      [
        "return [...taken, ...branchesOf(node.whenFalse, scope, lowering)];",
        "return [...taken, ...whenTrue];",
      ],
      "branches",
    ],
  ]),
];
