import { undefinable, wholeType } from "../types/value-types.ts";
import { requireDigits, requireText } from "./argument-checks.ts";
import type { Intrinsic } from "./intrinsic.ts";

const most = 10 ** 15 - 1;

export const toMinorUnits: Intrinsic = {
  arguments: [requireText, requireDigits],
  type: undefinable(wholeType(-most, most)),
  steps: 100,
  rego: {
    kind: "function",
    name: "minor_units",
    needs: ["units_of", "is_decimal"],
    text: `# A decimal number as a whole number of its smallest units, or set().
minor_units(text, digits) := 0 - units if {
	startswith(text, "-")
	units := units_of(split(substring(text, 1, -1), "."), digits)
} else := units if {
	units := units_of(split(text, "."), digits)
} else := set()`,
  },
};

/** What functions of numbers in texts share. */
export const decimalPrelude: Readonly<Record<string, string>> = {
  units_of: `units_of(parts, digits) := sum([to_number(whole) * factor, to_number(concat("", ["1", padded])), 0 - factor]) if {
	whole := parts[0]
	is_decimal(whole)
	count(whole) <= 15 - digits
	fraction := fraction_of(parts)
	trim_left(fraction, "0123456789") == ""
	count(fraction) <= digits
	padded := substring(concat("", [fraction, "0000"]), 0, digits)
	factor := [1, 10, 100, 1000, 10000][digits]
}

# What stands behind the point, where there is one.
fraction_of(parts) := "" if {
	count(parts) == 1
} else := parts[1] if {
	count(parts) == 2
	parts[1] != ""
}`,

  is_decimal: `# Whether a text is a whole number without a sign, and without zeros that say nothing.
is_decimal(text) if text == "0"

is_decimal(text) if {
	text != ""
	not startswith(text, "0")
	trim_left(text, "0123456789") == ""
}`,
};
