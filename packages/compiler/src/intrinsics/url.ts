import { textType, undefinable } from "../types/value-types.ts";
import { requireText } from "./argument-checks.ts";
import type { Intrinsic } from "./intrinsic.ts";

export const urlScheme: Intrinsic = part("scheme");
export const urlHost: Intrinsic = part("host");
export const urlPath: Intrinsic = part("path");

function part(name: "scheme" | "host" | "path"): Intrinsic {
  return {
    arguments: [requireText],
    type: undefinable(textType),
    steps: 800,
    rego: {
      kind: "function",
      name: `url_${name}`,
      needs: ["url_parts", "is_decimal", "byte"],
      text: `# The ${name} of a URL that every parser reads alike, or set().
url_${name}(text) := object.get(url_parts(text), "${name}", set())`,
    },
  };
}

const letters = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const printable = String.fromCharCode(...Array.from({ length: 94 }, (_, index) => 33 + index));

/** What functions of URLs share. */
export const urlPrelude: Readonly<Record<string, string>> = {
  url_parts: `# The parts of a URL that every parser reads alike; none of any other text.
url_parts(text) := {"scheme": scheme, "host": host, "path": path} if {
	trim_left(text, ${JSON.stringify(printable)}) == ""
	scheme := lower(split(text, "://")[0])
	scheme in {"http", "https", "ws", "wss", "ftp"}
	rest := substring(text, count(scheme), -1)
	startswith(rest, "://")
	hierarchy := split(split(substring(rest, 3, -1), "?")[0], "#")[0]
	segments := split(hierarchy, "/")
	authority := split(segments[0], ":")
	host := lower(authority[0])
	is_url_host(host)
	are_ports(array.slice(authority, 1, count(authority)))
	path := concat("", ["/", concat("/", array.slice(segments, 1, count(segments)))])
	is_url_path(path)
} else := {}

is_url_host(host) if {
	count(host) < 254
	trim_left(host, "${letters}${digits}-.") == ""
	labels := split(host, ".")
	every label in labels {
		label != ""
		count(label) < 64
		trim(label, "-") == label
		not startswith(label, "xn--")
	}
	is_url_name(labels)
}

is_url_name(labels) if {
	last := labels[count(labels) - 1]
	trim_left(last, "${digits}") == last
}

is_url_name(labels) if {
	count(labels) == 4
	every label in labels {
		byte(label) >= 0
	}
}

are_ports(ports) if count(ports) == 0

are_ports([port]) if {
	is_decimal(port)
	count(port) < 6
	to_number(port) < 65536
}

is_url_path(path) if {
	trim_left(path, "${letters}${letters.toUpperCase()}${digits}_.~!$&'()*+,;=:@%/-") == ""
	not contains(path, "//")
	closed := concat("", [path, "/"])
	not contains(closed, "/./")
	not contains(closed, "/../")
	escapes := split(path, "%")
	every escape in array.slice(escapes, 1, count(escapes)) {
		code := lower(substring(escape, 0, 2))
		count(code) == 2
		trim_left(code, "${digits}abcdef") == ""
		not code in {"00", "2e", "2f", "5c"}
	}
}`,

  byte: `# The number of 0 to 255 that a text is.
byte(text) := number if {
	count(text) < 4
	is_decimal(text)
	number := to_number(text)
	number < 256
}`,
};
