import { printRawJson } from "../rego/print.ts";

/** What JavaScript takes for white space: `trim()` removes it, and `\s` matches it. */
export const whiteSpace =
  "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

/** The functions of the prelude that are about texts. */
export const textPrelude: Readonly<Record<string, string>> = {
  text: `# A text where one is meant; what is missing is the empty one.
text(value) := value if {
	is_string(value)
} else := ""`,

  printed: `# A text as it is, and a whole number as JavaScript prints it.
printed(value) := value if {
	is_string(value)
} else := json.marshal(floor(value))`,

  trim_text: `# A text without what JavaScript takes for white space at its ends: trim_space() takes other characters.
trim_text(text) := trim(text, white_space)

white_space := ${printRawJson(whiteSpace)}`,

  utf16_length_near: `# The length of a text, and of one that is surely longer or shorter than a number just its characters: as good, beside that number.
utf16_length_near(text, number) := characters if {
	is_string(text)
	characters := count(text)
	characters > number
} else := characters if {
	is_string(text)
	characters := count(text)
	characters * 2 < number
} else := utf16_length(text)`,
};
