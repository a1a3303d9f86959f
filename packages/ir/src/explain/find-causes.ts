import { childrenOf } from "../children.ts";
import type { Expression } from "../nodes.ts";
import {
  bindNode,
  bodiesOf,
  evaluated,
  type Framed,
  isMissing,
  type Place,
  placeOf,
  unfold,
} from "./frame.ts";

/** One clause that made a condition what it is. */
export interface Cause {
  readonly node: Expression;
  readonly value: unknown;
  readonly saw: readonly Seen[];
}

/** A value that a clause looked at. */
export interface Seen {
  readonly node: Expression;
  /** Where in the input it stands, unless it is computed or of the policy's data. */
  readonly place?: Place;
  readonly value: unknown;
}

/** The clauses that made a condition what it is: those that would have to be otherwise for it to be, and no others. */
export function causesOf(framed: Framed): readonly Cause[] {
  const [node, frame] = unfold(framed);
  const causes = (part: Expression) => causesOf([part, frame]);
  switch (node.kind) {
    case "and":
    case "or": {
      const settles = node.kind === "or";
      const isLeft = (evaluated([node.left, frame]) === true) === settles;
      const isRight = (evaluated([node.right, frame]) === true) === settles;
      if (isLeft) return causes(node.left);
      return isRight ? causes(node.right) : [...causes(node.left), ...causes(node.right)];
    }
    case "not":
      return causes(node.operand);
    case "conditional": {
      if (node.assumed) return causes(node.whenTrue);
      const isTrue = evaluated([node.test, frame]) === true;
      return [...causes(node.test), ...causes(isTrue ? node.whenTrue : node.whenFalse)];
    }
    case "coalesce": {
      if (!isMissing([node.left, frame])) return causes(node.left);
      return [causeOf([node.left, frame]), ...causes(node.right)];
    }
    case "literal":
    case "undefined":
      return [];
    case "some":
    case "every": {
      const settling = bodiesOf([node, frame]).find(
        (body) => (evaluated(body) === true) === (node.kind === "some"),
      );
      return [causeOf([node, frame]), ...(settling === undefined ? [] : causesOf(settling))];
    }
    default:
      return [causeOf([node, frame])];
  }
}

function causeOf(framed: Framed): Cause {
  const seen = new Map<string, Seen>();
  for (const one of valuesSeen(framed)) seen.set(JSON.stringify([one.place ?? pathOf(one.node)]), one);
  const saw = [...sidesComputed(framed), ...seen.values()];
  return { node: framed[0], value: evaluated(framed), saw };
}

/** What a comparison is made of that stands nowhere: from the values that it is computed from, it cannot be seen. */
function sidesComputed([node, frame]: Framed): readonly Seen[] {
  if (node.kind !== "compare") return [];
  return [node.left, node.right].flatMap((side) => {
    const { kind } = unfold([side, frame])[0];
    const isPlain = kind === "literal" || kind === "undefined" || kind === "read" || kind === "local";
    const value = evaluated([side, frame]);
    const isTold = isPlain || value === undefined || placeOf([side, frame]) !== undefined;
    return isTold ? [] : [{ node: side, value }];
  });
}

function pathOf(node: Expression): unknown {
  if (node.kind === "read") return [node.document, node.path];
  return node.kind === "local" ? node.local : node.origin;
}

/** The values that a clause is made from, as far as they are read and not written in the policy. */
function valuesSeen(framed: Framed): readonly Seen[] {
  const [node, frame] = unfold(framed);
  if (node.kind === "coalesce") {
    const left = valuesSeen([node.left, frame]);
    return isMissing([node.left, frame]) ? [...left, ...valuesSeen([node.right, frame])] : left;
  }
  const place = placeOf([node, frame]);
  if (place !== undefined) return [{ node, place, value: evaluated([node, frame]) }];
  if (node.kind === "read" || node.kind === "local") return [{ node, value: evaluated([node, frame]) }];
  // what is asked of the entries of a list is told of the one that decided
  if ("array" in node && "body" in node) return valuesSeen([node.array, frame]);
  if (node.kind === "chain") {
    const base = valuesSeen([node.base, frame]);
    return isMissing([node.base, frame])
      ? base
      : [...base, ...valuesSeen([node.rest, bindNode(frame, node.local, node.base)])];
  }
  return childrenOf(node).flatMap((child) => valuesSeen([child, frame]));
}
