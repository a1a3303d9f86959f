import { breaksOf } from "./breaks-of.ts";

/** Breaks of how lists are lowered. */
export const listBreaks = [
  ...breaksOf("packages/compiler/src/lower/lower-list.ts", [
    [
      "what a filter counts, it counts once",
      [
        'only !== undefined && others.length === 0 && only.every((statement) => statement.kind !== "some");',
        "only !== undefined && others.length === 0;",
      ],
      "lists",
    ],
    [
      "a filter filters",
      [
        "return comprehension(variable(item), [enter, ...onceIf(node.body, inside, lowering)]);",
        "return comprehension(variable(item), [enter]);",
      ],
      "lists",
    ],
    [
      "keys are not values",
      [
        'const enter: Statement = { kind: "some", key, item: "_", collection: value(node.record) };',
        'const enter: Statement = { kind: "some", item: key, collection: value(node.record) };',
      ],
      "sequences",
    ],
    [
      "an index from the end counts from the end",
      ["start, scalar(node.end));", "start, scalar(node.end + 1));"],
      "sequences",
    ],
    [
      "what is not found is at -1",
      [
        "placesOf(node, value(node.array), scope, lowering, before),\n        scalar(-1),",
        "placesOf(node, value(node.array), scope, lowering, before),\n        scalar(0),",
      ],
      "sequences",
    ],
    [
      "a sum begins with its initial value",
      [
        'return call("sum", concat([{ kind: "array", items: [initial] }, numbers]));',
        'return call("sum", numbers);',
      ],
      "loops",
    ],
    [
      "items keep their order",
      [
        'if (items.length > 0) arrays.push({ kind: "array", items });\n    items = [];\n    arrays.push(',
        "items = [...items];\n    arrays.push(",
      ],
      "sequences",
    ],
  ]),
];
