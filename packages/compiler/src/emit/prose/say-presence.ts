import { type Expression, membersOf } from "@forego/ir";
import { all, any, type Clause, statement } from "./clause.ts";
import { sayAnswer } from "./intrinsic-sayers.ts";
import { type Speech, sayCondition, sayValue, withValue } from "./say.ts";

/** Says that a value, or anything that it is reached through, is missing. */
export function sayAbsence(node: Expression, speech: Speech): Clause {
  if (node.kind === "intrinsic") return sayAnswer(node, false, speech);
  if (node.kind !== "chain") return statement(`${sayValue(node, speech)} is ${wordsOf(node).missing}`);
  const inside = withValue(node.local, node.base, speech);
  return any(
    sayAbsence(node.base, speech),
    ...(canBeAbsent(node.rest) ? [sayAbsence(node.rest, inside)] : []),
  );
}

/** Says that a value is there, and everything that it is reached through. */
export function sayPresence(node: Expression, speech: Speech): Clause {
  if (node.kind === "intrinsic") return sayAnswer(node, true, speech);
  if (node.kind !== "chain") return statement(`${sayValue(node, speech)} is ${wordsOf(node).there}`);
  const inside = withValue(node.local, node.base, speech);
  return all(
    sayPresence(node.base, speech),
    ...(canBeAbsent(node.rest) ? [sayPresence(node.rest, inside)] : []),
  );
}

/** What is missing and what is there, in words, of what can be missing in the ways of a type. */
function wordsOf({ type }: Expression): { readonly missing: string; readonly there: string } {
  const members = membersOf(type.shape);
  const isAnything = members.some(({ kind }) => kind === "unknown");
  const canBeNull = isAnything || members.some((one) => one.kind === "literal" && one.value === null);
  if (!canBeNull) return { missing: "absent", there: "present" };
  return type.undefinable || isAnything
    ? { missing: "absent or null", there: "neither absent nor null" }
    : { missing: "null", there: "not null" };
}

/** Whether asking for it makes sense: a test of a text, say, is always there. */
function canBeAbsent({ type, kind }: Expression): boolean {
  return kind === "chain" || type.undefinable || type.shape.kind === "union";
}

/** Says a condition of which every part that may be absent is there. */
export function sayPresent(node: Expression, truth: boolean, speech: Speech): Clause {
  if (node.kind !== "chain") return sayCondition(node, truth, speech);
  return sayPresent(node.rest, truth, withValue(node.local, node.base, speech));
}
