import { refuse } from "../diagnostics/refusal.ts";
import {
  isAlways,
  isPrimitive,
  isTime,
  itemTypeOf,
  nonNullish,
  requireKnown,
} from "../frontend/value-types.ts";
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

/** A list of texts, numbers, booleans, null and undefined: of what `===` compares by value. */
export const requireValues: ArgumentCheck = (node, value) => {
  requireKnown(value, node);
  const items = itemTypeOf(value.type) ?? refuse(node, "FG2006");
  if (items.shape.kind === "unknown") refuse(node, "FG2006");
  if (!isPrimitive(items)) refuse(node, "FG2017");
};
