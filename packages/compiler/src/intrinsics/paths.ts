import { printRawJson } from "../rego/print.ts";
import { textType, unclearType, undefinable } from "../types/value-types.ts";
import { requireFolder, requireText } from "./argument-checks.ts";
import type { Intrinsic } from "./intrinsic.ts";

export const normalPath: Intrinsic = {
  arguments: [requireText],
  type: undefinable(textType),
  steps: 8000,
  rego: {
    kind: "function",
    name: "normal_path",
    needs: ["path_names"],
    text: `# A path with its ., .. and repeated / resolved, or set().
normal_path(text) := concat("", ["/", concat("/", names)]) if {
	startswith(text, "/")
	names := path_names(text)
} else := "." if {
	path_names(text) == []
} else := concat("/", names) if {
	names := path_names(text)
} else := set()`,
  },
};

export const isInside: Intrinsic = {
  arguments: [requireText, requireFolder],
  type: unclearType,
  steps: 8000,
  rego: {
    kind: "function",
    name: "is_inside",
    needs: ["path_names"],
    text: `# Whether a path is a folder, or lies in it, or set().
is_inside(path, folder) := array.slice(inner, 0, count(outer)) == outer if {
	inner := path_names(path)
	outer := path_names(folder)
	startswith(path, "/") == startswith(folder, "/")
} else := set()`,
  },
};

/** What functions of paths share. */
export const pathPrelude: Readonly<Record<string, string>> = {
  path_names: `# The names that a path leads through. At most 100, since each is compared with every .. of the path.
path_names(text) := [name | some place, name in names; name != ".."; not is_left(place, ups)] if {
	text != ""
	not contains(text, nul)
	not contains(text, "\\\\")
	names := [name | some name in split(text, "/"); not name in {"", "."}]
	count(names) <= 100
	ups := [place | some place, name in names; name == ".."]
	every index, place in ups {
		place > index * 2
	}
}

# Whether some .. leads out of the name at a place again: behind it, the path is less deep than there.
is_left(place, ups) if {
	before := count([up | some up in ups; up < place])
	some index, up in ups
	up > place
	up - (index * 2) < (place - (before * 2)) + 2
}

nul := ${printRawJson("\0")}`,
};
