import type { Expression } from "@forego/ir";
import { all, any, type Clause, statement } from "./clause.ts";
import { sayAnswer } from "./intrinsic-sayers.ts";
import { type Speech, sayCondition, sayValue, withValue } from "./say.ts";

/** Says that a value, or anything that it is reached through, is missing. */
export function sayAbsence(node: Expression, speech: Speech): Clause {
  if (node.kind === "intrinsic") return sayAnswer(node, false, speech);
  if (node.kind !== "chain") return statement(`${sayValue(node, speech)} is absent or null`);
  const inside = withValue(node.local, node.base, speech);
  return any(
    sayAbsence(node.base, speech),
    ...(canBeAbsent(node.rest) ? [sayAbsence(node.rest, inside)] : []),
  );
}

/** Says that a value is there, and everything that it is reached through. */
export function sayPresence(node: Expression, speech: Speech): Clause {
  if (node.kind === "intrinsic") return sayAnswer(node, true, speech);
  if (node.kind !== "chain") return statement(`${sayValue(node, speech)} is neither absent nor null`);
  const inside = withValue(node.local, node.base, speech);
  return all(
    sayPresence(node.base, speech),
    ...(canBeAbsent(node.rest) ? [sayPresence(node.rest, inside)] : []),
  );
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
