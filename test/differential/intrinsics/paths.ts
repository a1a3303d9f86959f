import { isInside, normalPath } from "@forego/dsl";
import fc from "fast-check";

const name = fc.constantFrom(
  ...[
    "data",
    "data",
    "data-evil",
    "Data",
    "a",
    "b",
    "..",
    "..",
    ".",
    "",
    "...",
    "..a",
    "~",
    "%2e%2e",
    "\u{1F4A9}",
  ],
  ...["c:", " ", "e\u0301", "\u00e9", "\uff0e\uff0e"],
);
const likely = fc.constantFrom("data", "data", "a", "b", "..", "..", ".", "");
const hostile = fc.constantFrom("\0", "\\", "a\\..\\b", "b\0");
const text = fc
  .tuple(
    fc.constantFrom("", "/", "/", "//"),
    fc.oneof(
      { weight: 6, arbitrary: fc.array(likely, { maxLength: 8 }) },
      { weight: 3, arbitrary: fc.array(name, { maxLength: 6 }) },
      { weight: 1, arbitrary: fc.array(fc.oneof(name, hostile), { maxLength: 4 }) },
      { weight: 1, arbitrary: fc.array(likely, { minLength: 95, maxLength: 140 }) },
    ),
  )
  .map(([root, names]) => root + names.join("/"));
const folder = fc.constantFrom(
  "/",
  "/data",
  "/data/",
  "data",
  "/data/../data",
  "/a/b",
  ".",
  "..",
  "",
  "a/./b",
  "/\0",
);

/** Paths and folders, some of which lie in each other, with what JavaScript makes of them. */
export const paths = fc
  .record({ text, folder: fc.oneof(folder, text), isWithin: fc.boolean() })
  .map(({ text, folder, isWithin }) => ({ text: isWithin ? `${folder}/${text}` : text, folder }))
  .map(({ text, folder }) => ({
    text,
    folder,
    normal: normalPath(text),
    inside: isInside(text, folder),
  }));
