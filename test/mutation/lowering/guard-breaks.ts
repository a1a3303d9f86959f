import { breaksOf } from "./breaks-of.ts";

/** Breaks of the guards in Rego. */
export const guardBreaks = [
  ...breaksOf("packages/compiler/src/lower/lower-guard.ts", [
    [
      "a guard asks for the path",
      [
        "const bodies = optional ? lowerOptional(guarded, lowering) : [lowerShape(shape, value, lowering)];",
        'const bodies = [[holds(call("is_object", reference("input")))], ...(optional ? lowerOptional(guarded, lowering) : [lowerShape(shape, value, lowering)])];',
      ],
      "logic",
    ],
    [
      "an optional field may be absent",
      ['    [...isParentThere, compare(found, "==", emptySet)],\n', ""],
      "absence",
    ],
    [
      "an optional field needs what it is a field of",
      [
        'const isParentThere = path.length > 1 ? [holds(call("is_object", parent))] : [];',
        "const isParentThere: Statement[] = [];",
      ],
      "absence",
    ],
    [
      "a text is a text",
      [
        'return [holds(call("is_string", term)), ...lowerText(shape, term, lowering)];',
        'return [compare(term, "!=", emptySet), ...lowerText(shape, term, lowering)];',
      ],
      "text",
    ],
    [
      "a number is a number",
      [
        'return [holds(call("is_number", term)), ...lowerNumber(shape, term)];',
        'return [compare(term, "!=", emptySet), ...lowerNumber(shape, term)];',
      ],
      "numbers",
    ],
    [
      "a boolean is a boolean",
      ['return [holds(call("is_boolean", term))];', 'return [compare(term, "!=", emptySet)];'],
      "logic",
    ],
    [
      "a literal is that literal",
      ['return [compare(term, "==", scalar(shape.value))];', 'return [compare(term, "!=", emptySet)];'],
      "tools",
    ],
    [
      "a list has no more than its maximum",
      ['compare(call("count", term), "<=", scalar(shape.max)),\n        ', ""],
      "lists",
    ],
    [
      "a list has its minimum",
      ['? [compare(call("count", term), ">=", scalar(shape.min ?? 0))] : []', "? [] : []"],
      "tools",
    ],
    [
      "the items of a list are looked at",
      ["...size, ...lowerElements(shape.items, term, lowering)]", "...size]"],
      "lists",
    ],
    [
      "the values of a record are looked at",
      ["size, ...lowerElements(shape.values, term, lowering)]", "size]"],
      "records",
    ],
    [
      "the properties of an object are looked at",
      [
        'return [holds(call("is_object", term)), ...lowerProperties(shape, term, lowering)];',
        'return [holds(call("is_object", term))];',
      ],
      "lists",
    ],
    [
      "a text has its minimum",
      [
        'compare(call("count", term), ">=", scalar(shape.min))]',
        'compare(call("count", term), ">", scalar(shape.min))]',
      ],
      "text",
    ],
    [
      "a text has its maximum",
      [
        'compare(call("count", term), "<=", scalar(shape.max))]',
        'compare(call("count", term), "<", scalar(shape.max))]',
      ],
      "text",
    ],
    ["a time has the form of one", ['[holds(preludeCall("is_utc_time", lowering, term))]', "[]"], "times"],
    [
      "a whole number has no fraction",
      ['...(shape.integer ? [compare(call("floor", term), "==", term)] : []),', ""],
      "numbers",
    ],
    ["a number has its minimum", ['[compare(term, ">=", scalar(shape.min))]', "[]"], "numbers"],
    ["a number has its maximum", ['[compare(term, "<=", scalar(shape.max))]', "[]"], "numbers"],
    [
      "a number is above its bound",
      ['[compare(term, ">", scalar(shape.above))]', '[compare(term, ">=", scalar(shape.above))]'],
      "numbers",
    ],
    [
      "a number is below its bound",
      ['[compare(term, "<", scalar(shape.below))]', '[compare(term, "<=", scalar(shape.below))]'],
      "numbers",
    ],
    [
      "an optional property may be absent",
      ["bodies: optional ? [absent, ...bodies] : bodies,", "bodies,"],
      "lists",
    ],
    [
      "a union is one of its members",
      [
        "const bodies = shapes.map((shape) => lowerShape(shape, variable(value), lowering));",
        "const bodies = shapes.slice(0, 1).map((shape) => lowerShape(shape, variable(value), lowering));",
      ],
      "unions",
    ],
  ]),
];
