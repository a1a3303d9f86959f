import { emailDomain } from "@forego/dsl";
import fc from "fast-check";

const piece = fc.constantFrom(
  ...[
    "a",
    "ada",
    "A",
    "x.y",
    "o'b",
    "+tag",
    "_",
    "-",
    "'",
    ".",
    "..",
    "@",
    " ",
    "\n",
    "\0",
    "\u212a",
    "\u0130",
  ],
  ...["example.com", "Example.COM", "ex-ample.org", "a-.io", "-a.io", "xn--a.de", "localhost", "[127.0.0.1]"],
  ...["a.b", "1.2.3.4", "\u00e9.fr", ".co", "<", ">", '"', "(x)", ",", ";", ":", "%", "b1.c2"],
);
const some = fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join(""));
const name = fc.constantFrom("a", "ada.l", "o'b-1", "x+y_z", "A", "a.b.c", "'a");
const domain = fc.constantFrom(
  "a.io",
  "Example.COM",
  "a-.b1.org",
  "x--y.ac.uk",
  "a.b",
  "1.com",
  "a.c1",
  "a.com.",
);
const text = fc.oneof(
  fc.tuple(name, domain).map((sides) => sides.join("@")),
  fc.tuple(some, some).map((sides) => sides.join("@")),
  fc.tuple(name, some).map((sides) => sides.join("@")),
  some,
);

/** Addresses, and what only looks like one, with their domains. */
export const mails = text.map((one) => ({ text: one, domain: emailDomain(one) }));
