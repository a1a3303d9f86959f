import { textType } from "../types/value-types.ts";
import { requireText } from "./argument-checks.ts";
import type { Intrinsic } from "./intrinsic.ts";

export const asciiLower: Intrinsic = {
  arguments: [requireText],
  type: textType,
  rego: {
    kind: "function",
    name: "ascii_lower",
    text: `# A text with the letters A to Z in lower case, and every other character as it is.
ascii_lower(text) := lower(text) if {
	every character in split(text, "") {
		character < "\\u0080"
	}
} else := concat("", [lowered |
	some character in split(text, "")
	lowered := ascii_letter(character)
])

ascii_letter(character) := lower(character) if {
	character <= "Z"
} else := character`,
  },
};
