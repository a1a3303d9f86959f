import { printRawJson } from "../rego/print.ts";

/**
 * Characters that some OPA leaves as they are, or makes something else of, where JavaScript has a lower case: they are
 * newer than its tables, and the dotted capital I. Where the JavaScript at hand is older, it decides.
 */
const unlike: readonly (readonly [number, number])[] = [
  [0x130, 0x130],
  [0x1c89, 0x1c89],
  [0x2c2f, 0x2c2f],
  [0xa7c0, 0xa7dc],
  [0xa7f5, 0xa7f5],
  [0x10570, 0x10595],
  [0x10d50, 0x10d65],
  [0x16ea0, 0x16eb8],
];

/** Every character that has a case, or is skipped when cases are looked for; what lies between is unassigned or has neither. */
const planes: readonly (readonly [number, number])[] = [
  [0, 0xd7ff],
  [0xe000, 0x1ffff],
  [0xe0000, 0xe01ff],
];

function charactersOf(ranges: readonly (readonly [number, number])[]): readonly string[] {
  return ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)),
  );
}

/**
 * `text.toLowerCase()`, exact: by `lower`, with the characters that it does not know put right before. The Greek
 * capital sigma is another letter at the end of a word, which Unicode tells by the letters around it.
 */
export function lowerCasePrelude(): string {
  const fixes = charactersOf(unlike).filter((character) => character.toLowerCase() !== character);
  const all = charactersOf(planes).join("");
  const ignorable = all.match(/\p{Case_Ignorable}/gu) ?? [];
  const cased = all.match(/(?!\p{Case_Ignorable})\p{Cased}/gu) ?? [];
  const table = Object.fromEntries(fixes.map((one) => [one, one.toLowerCase()]));
  return `# A text in lower case, as JavaScript has it.
lower_text(text) := lower(text) if {
	every character in split(text, "") {
		character < "\u0130"
	}
} else := lower_characters(text) if {
	not contains(text, "\u03a3")
} else := concat("", [lowered |
	parts := split(text, "\u03a3")
	some index, part in parts
	lowered := concat("", [lower_characters(part), lower_sigma(parts, index)])
])

# Each character by itself: those that lower() does not know by a table.
lower_characters(text) := lower(concat("", [object.get(lower_fixes, character, character) | some character in split(text, "")]))

lower_fixes := ${printRawJson(table)}

# The sigma behind a part of a text that was split at sigmas; nothing behind the last part.
lower_sigma(parts, index) := "" if {
	index == count(parts) - 1
} else := "\u03c2" if {
	cased_before(parts, index)
	next := index + 1
	not cased_after(parts, next)
} else := "\u03c3"

# Whether the nearest character that counts before a sigma has a case; another sigma has.
cased_before(parts, index) if {
	index > 0
	significant(parts[index]) == []
}

cased_before(parts, index) if {
	found := significant(parts[index])
	cased[found[count(found) - 1]]
}

cased_after(parts, index) if {
	index < count(parts) - 1
	significant(parts[index]) == []
}

cased_after(parts, index) if {
	found := significant(parts[index])
	cased[found[0]]
}

significant(part) := [character | some character in split(part, ""); object.get(case_ignorable, character, false) == false]

case_ignorable := {character: true | some character in split(${printRawJson(ignorable.join(""))}, "")}

cased := {character: true | some character in split(${printRawJson(cased.join(""))}, "")}`;
}
