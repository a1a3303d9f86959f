import { breaksOf } from "./breaks-of.ts";

/** Breaks of the functions that give Rego the meaning of JavaScript. */
export const preludeBreaks = [
  ...breaksOf("packages/compiler/src/lower/prelude.ts", [
    [
      "what is missing is set()",
      [
        "get(object, key) := value if {\n\tvalue := object[key]\n} else := set()",
        "get(object, key) := value if {\n\tvalue := object[key]\n} else := null",
      ],
      "absence",
    ],
    [
      "what is missing has a type of its own",
      ['else := "undefined" if {\n\tvalue == set()\n} else', "else"],
      "kinds",
    ],
    ["a truth is no object", ['else := "boolean" if {\n\tis_boolean(value)\n} else', "else"], "kinds"],
    [
      "a character outside the basic plane counts twice",
      ['character >= "\\u{10000}"', 'character >= "\\u{10FFFF}"'],
      "text",
    ],
    [
      "zeros behind the point do not count",
      ['trim_right(trim_suffix(time, "Z"), "0") if', 'trim_suffix(time, "Z") if'],
      "times",
    ],
    [
      "a time without a fraction is before one with it",
      ['concat("", [trim_suffix(time, "Z"), "."]) if', 'trim_suffix(time, "Z") if'],
      "times",
    ],
    [
      "a time ends with its zone",
      [
        'trim_left(substring(form, 20, -1), "0") == "Z"',
        'startswith(trim_left(substring(form, 20, -1), "0"), "Z")',
      ],
      "times",
    ],
    [
      "floor between -1 and 0",
      [
        "} else := floor(number) if {\n\tfloor(number) <= number\n} else := floor(number) - 1",
        "} else := floor(number) if {\n\tfloor(number) < number\n} else := floor(number) - 1",
      ],
      "rounding",
    ],
    [
      "halves are rounded up",
      ["number - round(number) == 0.5", "number - round(number) == 0.25"],
      "rounding",
    ],
    [
      "an index from the end",
      ["value := list[count(list) + index]", "value := list[(count(list) + index) - 1]"],
      "sequences",
    ],
    [
      "a slice from the end",
      [
        "place(list, index) := max([0, count(list) + index]) if",
        "place(list, index) := max([0, count(list)]) if",
      ],
      "sequences",
    ],
  ]),
  ...breaksOf("packages/compiler/src/intrinsics/calendar.ts", [
    [
      "exactly as many minutes are not more",
      ["minutes_between(to, from) < 0 - minutes", "minutes_between(to, from) <= 0 - minutes"],
      "calendar",
    ],
    [
      "a part of a minute is more",
      ["minutes_between(to, from) < 0 - minutes", "minutes_between(from, to) > minutes"],
      "calendar",
    ],
  ]),
];
