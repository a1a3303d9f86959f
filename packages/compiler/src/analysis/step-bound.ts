import {
  childrenOf,
  defaultMaxEntries,
  type Expression,
  type IntrinsicNode,
  type IrFunction,
  membersOf,
  type Origin,
} from "@forego/ir";
import { intrinsics } from "../intrinsics/index.ts";

/** What an evaluation can take at most, for inputs at every maximum. */
export interface StepBound {
  /** Parts of expressions that are evaluated, each as often as its loops come to it. */
  readonly steps: number;
  /** The loop that takes the most, with the loops in it; absent where nothing is iterated. */
  readonly loop?: { readonly steps: number; readonly origin: Origin };
}

/** Items that the engine's own search compares in the time of one step. */
const itemsPerStep = 16;

/** Steps in the time that the engine takes to put an item into a set. */
const stepsPerMember = 4;

/** Bounds what a predicate takes. Loops multiply by the most entries that their lists may have. */
export function boundSteps(predicate: Expression, functions: readonly IrFunction[]): StepBound {
  const byId = new Map(functions.map((one) => [one.id, one]));
  const known = new Map<string, StepBound>();

  const boundCall = (id: string): StepBound => {
    const bound = known.get(id) ?? boundOf(byId.get(id)?.body);
    known.set(id, bound);
    return bound;
  };

  const boundOf = (node: Expression | undefined): StepBound => {
    if (node === undefined) return { steps: 0 };
    const parts = childrenOf(node).map(boundOf);
    if (node.kind === "call") return add([...parts, boundCall(node.function), { steps: 1 }]);
    if (node.kind === "intrinsic") return add([...parts, { steps: stepsOf(node) }]);
    if (!("array" in node)) return add([...parts, { steps: 1 }]);
    const entries = mostEntries(node.array);
    if (node.kind === "includes") return add([...parts, { steps: 1 + entries / itemsPerStep }]);
    if (!("body" in node)) return add([...parts, { steps: 1 + entries }]);
    const array = boundOf(node.array);
    const steps = entries * (1 + boundOf(node.body).steps);
    return larger(array, { steps: array.steps + steps, loop: { steps, origin: node.origin } });
  };

  const { steps, loop } = boundOf(predicate);
  return { steps: Math.ceil(steps), ...(loop === undefined ? {} : { loop }) };
}

/** What a call of an intrinsic takes: its lists become sets. */
function stepsOf({ name, arguments: values }: IntrinsicNode): number {
  const entries = values.reduce((sum, value) => sum + mostEntries(value), 0);
  return (intrinsics[name].steps ?? 1) + entries * stepsPerMember;
}

/** The most entries of a list, or of a record. */
function mostEntries({ type }: Expression): number {
  const bounds = membersOf(type.shape).map((shape) => {
    if (shape.kind === "array" || shape.kind === "record") return shape.max;
    return shape.kind === "unknown" ? defaultMaxEntries : 0;
  });
  return Math.max(0, ...bounds);
}

/** One after the other. */
function add(bounds: readonly StepBound[]): StepBound {
  return bounds.reduce((sum, bound) => larger(sum, { ...bound, steps: sum.steps + bound.steps }));
}

/** The second bound, with the larger loop of the two. */
function larger({ loop: other }: StepBound, bound: StepBound): StepBound {
  const { loop } = bound;
  return other !== undefined && (loop === undefined || other.steps > loop.steps)
    ? { ...bound, loop: other }
    : bound;
}
