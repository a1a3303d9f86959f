import { textType, undefinable } from "../types/value-types.ts";
import { requireText } from "./argument-checks.ts";
import type { Intrinsic } from "./intrinsic.ts";

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

export const emailDomain: Intrinsic = {
  arguments: [requireText],
  type: undefinable(textType),
  steps: 100,
  rego: {
    kind: "function",
    name: "email_domain",
    text: `# The domain of an e-mail address, in lower case, or set().
email_domain(text) := lower(domain) if {
	[name, domain] := split(text, "@")
	trim_left(name, "${letters}0123456789_'+-.") == ""
	dotted_name := concat("", [".", name])
	not contains(dotted_name, "..")
	trim_right(dotted_name, ".'") == dotted_name
	trim_left(domain, "${letters}0123456789-.") == ""
	dotted_domain := concat("", [".", domain])
	not contains(dotted_domain, "..")
	not contains(dotted_domain, ".-")
	labels := split(domain, ".")
	count(labels) > 1
	top := labels[count(labels) - 1]
	count(top) > 1
	trim_left(top, "${letters}") == ""
} else := set()`,
  },
};
