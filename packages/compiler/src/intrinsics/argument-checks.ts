import { cidrContains, normalPath } from "@forego/ir";
import { refuse } from "../diagnostics/refusal.ts";
import { isInteger } from "../types/intervals.ts";
import { requireNumber } from "../types/require-number.ts";
import { isAlways, isPrimitive, isTime, itemTypeOf, nonNullish, requireKnown } from "../types/value-types.ts";
import type { ArgumentCheck } from "./intrinsic.ts";

/** A time where TypeScript has a text: one that may be missing has been asked about before, or it would not have. */
export const requireTime: ArgumentCheck = (node, value) => {
  if (isTime(nonNullish(value.type))) return;
  if (value.kind === "literal") refuse(node, "FG2023", "this is not a UTC time");
  refuse(node, "FG2023");
};

/** A text; as for a time, TypeScript has asked whether it is there. */
export const requireText: ArgumentCheck = (node, value) => {
  if (!isAlways(value.type, "string")) refuse(node, "FG2006");
};

const offset = /^(?!-00:00)[+-](?:[01]\d|2[0-3]):[0-5]\d$/;

/** An offset from UTC, as RFC 3339 writes it: `-00:00`, which says that it is not known, is none. */
export const requireOffset: ArgumentCheck = (node, value) => {
  const isOffset = value.kind === "literal" && offset.test(String(value.value));
  if (!isOffset) refuse(node, "FG2064", "this is not an offset from UTC", 'write a literal such as "+01:00"');
};

/** A whole number of minutes. */
export const requireMinutes: ArgumentCheck = (node, value) => {
  requireNumber({ node, value });
  if (!isInteger(value.type))
    refuse(node, "FG2064", "this can be a part of a minute", "give it a schema: int({ min, max })");
};

/** How many digits of a decimal number stand behind its point. */
export const requireDigits: ArgumentCheck = (node, value) => {
  const isNumber = value.kind === "literal" && [0, 1, 2, 3, 4].includes(Number(value.value));
  if (!isNumber)
    refuse(node, "FG2064", "the digits behind the point are no literal", "write 0, 1, 2, 3 or 4");
};

/** A folder: where it is a literal, one that paths can lie in as it is written. */
export const requireFolder: ArgumentCheck = (node, value) => {
  requireText(node, value);
  if (value.kind !== "literal") return;
  const normal = normalPath(String(value.value));
  if (normal === value.value) return;
  const fix = normal === undefined ? 'write a path such as "/srv/data"' : `write ${JSON.stringify(normal)}`;
  refuse(node, "FG2064", "this is not a path in its normal form", fix);
};

/** A block of addresses: where it is a literal, one that has its own first address. */
export const requireBlock: ArgumentCheck = (node, value) => {
  requireText(node, value);
  if (value.kind !== "literal") return;
  const block = String(value.value);
  if (cidrContains(block, block.split("/")[0] ?? "") === true) return;
  const fix = 'write the first address and the length of the prefix, such as "10.0.0.0/8" or "2001:db8::/32"';
  refuse(node, "FG2064", "this is not a block of IP addresses", fix);
};

/** A list of texts, numbers, booleans, null and undefined: of what `===` compares by value. */
export const requireValues: ArgumentCheck = (node, value) => {
  requireKnown(value, node);
  const items = itemTypeOf(value.type) ?? refuse(node, "FG2006");
  if (items.shape.kind === "unknown") refuse(node, "FG2006");
  if (!isPrimitive(items)) refuse(node, "FG2017");
};
