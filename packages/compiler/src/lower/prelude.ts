import { intrinsics, sharedBodies } from "../intrinsics/index.ts";
import { lowerCasePrelude } from "./lower-case-prelude.ts";
import { textPrelude } from "./text-prelude.ts";

const intrinsicBodies = Object.values(intrinsics).flatMap(({ rego }) =>
  rego.kind === "time-order" ? [] : [rego],
);

/**
 * The functions that give Rego JavaScript's meaning where the two differ. Written by hand, tested against JavaScript;
 * a bundle holds those that its policies use.
 */
export const preludeFunctions: Readonly<Record<string, string | (() => string)>> = {
  ...textPrelude,
  ...sharedBodies,
  ...Object.fromEntries(intrinsicBodies.map(({ name, text }) => [name, text])),

  // its tables are large: made where they are used
  lower_text: lowerCasePrelude,

  get: `# The value at a key, or set() where JavaScript has undefined: a value that JSON cannot hold.
get(object, key) := value if {
	value := object[key]
} else := set()`,

  type_of: `# What JavaScript's typeof says of a value.
type_of(value) := "string" if {
	is_string(value)
} else := "number" if {
	is_number(value)
} else := "boolean" if {
	is_boolean(value)
} else := "undefined" if {
	value == set()
} else := "object"`,

  list: `# A list as it is; an empty one for what is none.
list(value) := value if {
	is_array(value)
} else := []`,

  first: `# The first item of a list, or what it is otherwise.
first(list, otherwise) := value if {
	value := list[0]
} else := otherwise`,

  members: `# The entries of a list, each once and in no order.
members(list) := {entry | some entry in list}`,

  at: `# The item of a list at an index that counts from the end, or set().
at(list, index) := value if {
	value := list[count(list) + index]
} else := set()`,

  slice: `# A part of a list; an index below zero counts from the end.
slice(list, start, end) := array.slice(list, place(list, start), place(list, end)) if {
	is_array(list)
} else := []

place(list, index) := max([0, count(list) + index]) if {
	index < 0
} else := index`,

  until: `# A list up to the first of some of its places, and the item there.
until(list, places) := array.slice(list, 0, places[0] + 1) if {
	places[0] >= 0
} else := list`,

  utf16_length: `# The length of a text as JavaScript counts it: two for a character outside the basic plane.
utf16_length(text) := count(text) + count([character | some character in split(text, ""); character >= "\u{10000}"]) if {
	is_string(text)
} else := 0`,

  number: `# A number as it is; zero for what is none, where the policy has made sure that there is one.
number(value) := value if {
	is_number(value)
} else := 0`,

  // from 2^52 on there are no fractions, and OPA's own evaluator does not keep all digits
  round_down: `# The next whole number below. Some versions of OPA have a floor() that is 0 between -1 and 0.
round_down(number) := number if {
	abs(number) >= 4503599627370496
} else := floor(number) if {
	floor(number) <= number
} else := floor(number) - 1`,

  round_up: `# The next whole number above. Some versions of OPA have a ceil() that is 1 between -1 and 0.
round_up(number) := number if {
	abs(number) >= 4503599627370496
} else := ceil(number) if {
	ceil(number) - 1 < number
} else := ceil(number) - 1`,

  round_to_zero: `# A number without its fraction.
round_to_zero(number) := number if {
	abs(number) >= 4503599627370496
} else := floor(number) if {
	number >= 0
} else := 0 - floor(0 - number)`,

  round_half_up: `# The nearest whole number, and of two the upper one: round() takes -2.5 to -3, and JavaScript to -2.
round_half_up(number) := number if {
	abs(number) >= 4503599627370496
} else := round(number) + 1 if {
	number - round(number) == 0.5
} else := round(number)`,

  time_key: `# One form for all spellings of a UTC time, ordered as the times are.
time_key(time) := trim_right(trim_suffix(time, "Z"), "0") if {
	contains(time, ".")
} else := concat("", [trim_suffix(time, "Z"), "."]) if {
	is_string(time)
} else := "."`,

  is_utc_time: `# Whether a text is a time as 2025-09-12T13:45:00Z, with or without a fraction of a second.
is_utc_time(text) if {
	has_utc_form(text)
	substring(text, 8, 2) >= "01"
	substring(text, 8, 2) <= last_day(substring(text, 0, 4), substring(text, 5, 2))
	substring(text, 11, 2) <= "23"
	substring(text, 14, 2) <= "59"
	substring(text, 17, 2) <= "59"
}

last_day(_, month) := "31" if {
	month in {"01", "03", "05", "07", "08", "10", "12"}
}

last_day(_, month) := "30" if {
	month in {"04", "06", "09", "11"}
}

last_day(year, "02") := "29" if {
	is_leap_year(year)
} else := "28"

# Of years that end a century, every fourth: the digits before the zeros say which.
is_leap_year(year) if {
	not endswith(year, "00")
	is_fourth(substring(year, 2, 2))
}

is_leap_year(year) if {
	endswith(year, "00")
	is_fourth(substring(year, 0, 2))
}

is_fourth(digits) if {
	substring(digits, 0, 1) in {"0", "2", "4", "6", "8"}
	substring(digits, 1, 1) in {"0", "4", "8"}
}

is_fourth(digits) if {
	substring(digits, 0, 1) in {"1", "3", "5", "7", "9"}
	substring(digits, 1, 1) in {"2", "6"}
}

has_utc_form(text) if {
	zeros(text) == "0000-00-00T00:00:00Z"
}

has_utc_form(text) if {
	form := zeros(text)
	startswith(form, "0000-00-00T00:00:00.0")
	trim_left(substring(form, 20, -1), "0") == "Z"
}

zeros(text) := strings.replace_n({"1": "0", "2": "0", "3": "0", "4": "0", "5": "0", "6": "0", "7": "0", "8": "0", "9": "0"}, text)`,
};

/** What functions of the prelude call of it themselves. */
const needs: Readonly<Record<string, readonly string[]>> = {
  utf16_length_near: ["utf16_length"],
  ...Object.fromEntries(intrinsicBodies.map(({ name, needs: called = [] }) => [name, called])),
};

/** The prelude of a bundle: the functions that are used, in a fixed order. */
export function printPrelude(packagePath: string, used: ReadonlySet<string>): string {
  const needed = new Set(used);
  // a set is walked with what is added on the way
  for (const name of needed) for (const called of needs[name] ?? []) needed.add(called);
  const functions = Object.entries(preludeFunctions).flatMap(([name, text]) => {
    if (!needed.has(name)) return [];
    return [typeof text === "string" ? text : text()];
  });
  return [`package ${packagePath}`, "import rego.v1", ...functions].join("\n\n").concat("\n");
}
