import {
  childrenOf,
  type Expression,
  type IncludesNode,
  type IntrinsicNode,
  type IrFunction,
  type Origin,
} from "@forego/ir";
import { intrinsics } from "../intrinsics/index.ts";
import { boundInside, boundLocals, knownOutside, type Surrounding } from "./known-outside.ts";
import { becomesSet, isLong, mostEntries } from "./list-size.ts";

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

/** What a list is searched in, and what that takes before it. */
interface Searched extends Surrounding<Searched> {
  before: number;
}

/** Bounds what a predicate takes. Loops multiply by the most entries that their lists may have. */
export function boundSteps(predicate: Expression, functions: readonly IrFunction[]): StepBound {
  const byId = new Map(functions.map((one) => [one.id, one]));
  const known = new Map<string, StepBound>();
  // what is made once, however often it is searched
  let once = 0;

  const boundCall = (id: string): StepBound => {
    const bound = known.get(id) ?? boundFunction(byId.get(id));
    known.set(id, bound);
    return bound;
  };

  const boundFunction = (called: IrFunction | undefined): StepBound => {
    if (called === undefined) return { steps: 0 };
    const { parameters, body } = called;
    const isOnce = parameters.length === 0;
    return boundOf(body, isOnce ? undefined : { binds: boundInside(called), around: undefined, before: 0 });
  };

  const boundOf = (node: Expression, around: Searched | undefined): StepBound => {
    const bound = (child: Expression) => boundOf(child, around);
    if (node.kind === "includes") return boundSearch(node, around);
    if ("array" in node && "body" in node) return boundLoop(node, around);
    const parts = childrenOf(node).map(bound);
    if (node.kind === "call") return add([...parts, boundCall(node.function), { steps: 1 }]);
    if (node.kind === "intrinsic") return add([...parts, { steps: stepsOf(node) }]);
    return add([...parts, { steps: 1 + ("array" in node ? mostEntries(node.array) : 0) }]);
  };

  const boundLoop = (node: Loop, around: Searched | undefined): StepBound => {
    const entries = mostEntries(node.array);
    const array = boundOf(node.array, around);
    const inside: Searched = { binds: boundLocals(node), around, before: 0 };
    const body = boundOf(node.body, isLong(node.array) ? inside : around);
    const steps = inside.before + entries * (1 + body.steps);
    return larger(array, { steps: array.steps + steps, loop: { steps, origin: node.origin } });
  };

  const boundSearch = (node: IncludesNode, around: Searched | undefined): StepBound => {
    const { array, value } = node;
    const entries = mostEntries(array);
    const list = boundOf(array, around);
    const parts = [boundOf(value, around), list, { steps: 1 }];
    const known = becomesSet(array) ? knownOutside(array, around) : undefined;
    if (known === undefined) return add([...parts, { steps: entries / itemsPerStep }]);
    // the list counts where it is searched, too: the intermediate form makes it there
    const before = list.steps + entries * stepsPerMember;
    if (known.outside === undefined) once += before;
    else known.outside.before += before;
    return add(parts);
  };

  const { steps, loop } = boundOf(predicate, undefined);
  return { steps: Math.ceil(steps + once), ...(loop === undefined ? {} : { loop }) };
}

type Loop = Extract<Expression, { readonly array: Expression; readonly body: Expression }>;

/** What a call of an intrinsic takes: its lists become sets. */
function stepsOf({ name, arguments: values }: IntrinsicNode): number {
  const entries = values.reduce((sum, value) => sum + mostEntries(value), 0);
  return (intrinsics[name].steps ?? 1) + entries * stepsPerMember;
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
