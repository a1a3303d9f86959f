import { unclearType } from "../types/value-types.ts";
import { requireBlock, requireText } from "./argument-checks.ts";
import type { Intrinsic } from "./intrinsic.ts";

export const cidrContains: Intrinsic = {
  arguments: [requireBlock, requireText],
  type: unclearType,
  steps: 800,
  rego: {
    kind: "function",
    name: "cidr_contains",
    needs: ["address_groups", "is_decimal", "byte"],
    text: `# Whether a block of addresses has an address in it, or set(): group by group, of which some end within the prefix.
cidr_contains(block, address) := starts == network if {
	[start, size] := split(block, "/")
	network := address_groups(start)
	groups := address_groups(address)
	is_decimal(size)
	count(size) < 4
	width := count(network) * 2
	to_number(size) <= count(network) * width
	steps := [step |
		some index, _ in network
		bits := to_number(size) - (index * width)
		step := powers_of_two[width - max([0, min([bits, width])])]
	]
	every index, group in network {
		group % steps[index] == 0
	}
	starts := [start |
		count(groups) == count(network)
		some index, group in groups
		start := group - (group % steps[index])
	]
} else := set()`,
  },
};

/** What functions of addresses share. */
export const addressPrelude: Readonly<Record<string, string>> = {
  address_groups: `# The 4 bytes of an IPv4 address, or the 8 groups of an IPv6 address that is none of IPv4.
address_groups(text) := bytes if {
	parts := split(text, ".")
	count(parts) == 4
	bytes := [number | some part in parts; number := byte(part)]
	count(bytes) == 4
} else := groups if {
	parts := address_parts(text)
	count(parts) == 8
	groups := [number | some part in parts; number := hexadecimal(part)]
	count(groups) == 8
	array.slice(groups, 0, 6) != [0, 0, 0, 0, 0, 65535]
}

# What stands between colons, with as many zeros for :: as there have to be.
address_parts(text) := split(text, ":") if {
	not contains(text, "::")
} else := array.concat(head, array.concat(zeros, tail)) if {
	[left, right] := split(text, "::")
	head := [part | left != ""; some part in split(left, ":")]
	tail := [part | right != ""; some part in split(right, ":")]
	missing := 8 - (count(head) + count(tail))
	missing > 0
	zeros := array.slice(["0", "0", "0", "0", "0", "0", "0", "0"], 0, missing)
}

# The number that 1 to 4 hexadecimal digits are.
hexadecimal(text) := sum([digits[0] * 4096, digits[1] * 256, digits[2] * 16, digits[3]]) if {
	text != ""
	padded := concat("", [substring("0000", count(text), -1), lower(text)])
	digits := [hexadecimal_digits[digit] | some digit in split(padded, "")]
	count(digits) == 4
	count(padded) == 4
}

hexadecimal_digits := {"0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7, "8": 8, "9": 9, "a": 10, "b": 11, "c": 12, "d": 13, "e": 14, "f": 15}

powers_of_two := [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536]`,
};
