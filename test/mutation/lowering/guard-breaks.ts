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
      ["...size, ...lowerItems(shape, term, lowering)]", "...size]"],
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
    [
      "a time has the form of one",
      ['return holds(preludeCall("is_utc_time", lowering, term));', 'return holds(call("is_string", term));'],
      "times",
    ],
    [
      "an e-mail address has a domain",
      [
        'return compare(preludeCall("email_domain", lowering, term), "!=", emptySet);',
        'return holds(call("is_string", term));',
      ],
      "forms",
    ],
    [
      "a URL has a host",
      [
        'return compare(preludeCall("url_host", lowering, term), "!=", emptySet);',
        'return holds(call("is_string", term));',
      ],
      "forms",
    ],
    [
      "a text matches its patterns",
      ["...(shape.patterns ?? []).flatMap((pattern) => lowerPattern(pattern, term, lowering)),", ""],
      "forms",
    ],
    [
      "each place of a tuple is looked at",
      ["return [bound, ...lowerShape(place, variable(item), lowering)];", "return [bound];"],
      "forms",
    ],
    ["a place of a tuple is its own", ["step(list, scalar(index))", "step(list, scalar(0))"], "forms"],
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
  ...breaksOf("packages/compiler/src/lower/lower-pattern.ts", [
    [
      "RE2 matches what nothing simpler tells",
      [
        'if (re2 !== undefined) return [holds(call("regex.match", scalar(re2), text))];',
        "if (re2 !== undefined) return [];",
      ],
      "forms",
    ],
    ["any alternative will do", ["if (others.length === 0) return only;", "return only;"], "forms"],
    [
      "a text is one of those that a pattern is written out as",
      ['[[compare(text, "in", { kind: "array", items: test.texts.map(scalar) })]]', "[[]]"],
      "forms",
    ],
    [
      "a text begins, ends or goes on as its pattern",
      ["[holds(call(name, text, scalar(part)))]", '[holds(call("is_string", text))]'],
      "forms",
    ],
    [
      "a text has another character",
      [
        'compare(call("trim_left", text, scalar(test.characters.join(""))), "!=", scalar(""))',
        'compare(text, "!=", scalar(""))',
      ],
      "forms",
    ],
    ["a text that is not empty", ['test.isFilled ? [compare(text, "!=", scalar(""))] : []', "[]"], "forms"],
    [
      "a text has none of some characters",
      [
        'compare(call("contains", text, scalar(one)), "==", scalar(false))',
        'compare(text, "!=", scalar(one))',
      ],
      "forms",
    ],
    ["a text has its beginning", ['[holds(call("startswith", text, scalar(prefix)))]', "[]"], "forms"],
    ["a text has its end", ['[holds(call("endswith", rest, scalar(suffix)))]', "[]"], "forms"],
    ["between them it is long enough", ["min, ...max }", "min: 0, ...max }"], "forms"],
    ["between them it is short enough", ["{ max: test.max }", "{}"], "forms"],
    [
      "between them it is made of some characters",
      ['characters: test.characters.join("")', 'characters: [...test.characters, "x", "-"].join("")'],
      "forms",
    ],
  ]),
];
