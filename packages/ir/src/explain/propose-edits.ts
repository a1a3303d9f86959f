import { itemsOf } from "../evaluate/items-of.ts";
import type {
  CompareNode,
  ComparisonOperator,
  Expression,
  IncludesNode,
  IntrinsicNode,
  QuantifierNode,
} from "../nodes.ts";
import { isRecord } from "../own-property.ts";
import { membersOf } from "../shape.ts";
import type { TextTestNode } from "../text-nodes.ts";
import type { Edit } from "./edit.ts";
import { bindNode, bodiesOf, evaluated, type Frame, type Framed, placeOf, unfold } from "./frame.ts";
import { sampleShape } from "./sample-shape.ts";
import { solveValue } from "./solve-value.ts";

/** The most entries of a list that are looked at one by one. */
const most = 5;

/** Single changes of the input that could make a condition true, or not true: of any clause of it. */
export function proposeEdits(framed: Framed, want: boolean): readonly Edit[] {
  return [...proposeDirectly(framed, want), ...otherEntries(framed)];
}

function proposeDirectly(framed: Framed, want: boolean): readonly Edit[] {
  const [node, frame] = unfold(framed);
  const propose = (part: Expression, truth = want) => proposeEdits([part, frame], truth);
  switch (node.kind) {
    case "and":
    case "or":
      return [...propose(node.left), ...propose(node.right)];
    case "not":
      return propose(node.operand, !want);
    case "conditional":
      if (node.assumed) return propose(node.whenTrue);
      return [
        ...[...propose(node.test, true), ...propose(node.test, false)],
        ...[...propose(node.whenTrue), ...propose(node.whenFalse)],
      ];
    case "coalesce":
      return [...propose(node.left), ...propose(node.right)];
    case "chain": {
      const there = evaluated([node.base, frame]) ?? undefined;
      const inside = bindNode(frame, node.local, node.base);
      return there === undefined ? fill([node.base, frame]) : proposeEdits([node.rest, inside], want);
    }
    case "compare":
      return proposeComparison(node, frame, want);
    case "nullish":
      return want ? absences([node.operand, frame]) : fill([node.operand, frame]);
    case "includes":
      return proposeInclusion(node, frame, want);
    case "some":
    case "every":
      return proposeQuantifier([node, frame], want);
    case "text-test":
      return proposeText(node, frame, want);
    case "intrinsic":
      return proposeIntrinsic(node, frame, want);
    case "has-key":
      return proposeKey(node.record, node.key, frame, want);
    default:
      return solveValue([node, frame], want);
  }
}

/** What is looked up in the policy's data is looked up under other names. */
function otherEntries(framed: Framed): readonly Edit[] {
  const [node, frame] = unfold(framed);
  if (node.kind === "chain") return otherEntries([node.base, frame]);
  if (node.kind === "includes") return otherEntries([node.array, frame]);
  if (node.kind === "compare")
    return [...otherEntries([node.left, frame]), ...otherEntries([node.right, frame])];
  if (node.kind !== "entry" || placeOf([node.record, frame]) !== undefined) return [];
  const record = evaluated([node.record, frame]);
  const names = isRecord(record) ? Object.keys(record).slice(0, most) : [];
  return [
    ...names.flatMap((name) => solveValue([node.key, frame], name)),
    ...otherEntries([node.record, frame]),
  ];
}

const opposites: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  ...{ "===": "!==", "!==": "===" },
  ...{ "<": ">=", "<=": ">", ">": "<=", ">=": "<" },
};
const mirrored: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  ...{ "===": "===", "!==": "!==" },
  ...{ "<": ">", "<=": ">=", ">": "<", ">=": "<=" },
};

function proposeComparison(node: CompareNode, frame: Frame, want: boolean): readonly Edit[] {
  const operator = want ? node.operator : opposites[node.operator];
  const left: Framed = [node.left, frame];
  const right: Framed = [node.right, frame];
  return [
    ...valuesBeside(operator, evaluated(right), node.left).flatMap((value) => solveValue(left, value)),
    ...valuesBeside(mirrored[operator], evaluated(left), node.right).flatMap((value) =>
      solveValue(right, value),
    ),
  ];
}

/** Values of which a comparison with another one is true. */
function valuesBeside(operator: ComparisonOperator, other: unknown, node: Expression): readonly unknown[] {
  if (operator === "===" || operator === "<=" || operator === ">=") return [other];
  if (operator === "!==") return othersThan(other, node);
  if (typeof other !== "number") return [];
  return [operator === "<" ? other - 1 : other + 1];
}

/** Other values that an expression can have. */
function othersThan(value: unknown, { type }: Expression): readonly unknown[] {
  const others = membersOf(type.shape).flatMap(sampleShape);
  const near =
    typeof value === "number" ? [value + 1, value - 1] : typeof value === "string" ? ["other"] : [];
  return [...others, ...near].filter((one) => one !== value).slice(0, most);
}

function absences(framed: Framed): readonly Edit[] {
  return [...solveValue(framed, undefined), ...solveValue(framed, null)];
}

/** Puts something where nothing is. */
function fill([node, frame]: Framed): readonly Edit[] {
  return membersOf(node.type.shape)
    .flatMap(sampleShape)
    .filter((value) => value !== null)
    .flatMap((value) => solveValue([node, frame], value));
}

function proposeInclusion({ array, value }: IncludesNode, frame: Frame, want: boolean): readonly Edit[] {
  const items = itemsOf(evaluated([array, frame]));
  const wanted = evaluated([value, frame]);
  if (want) {
    return [
      ...items.slice(0, most).flatMap((item) => solveValue([value, frame], item)),
      ...solveValue([array, frame], [...items, wanted]),
    ];
  }
  const others = othersThan(wanted, value).filter((one) => !items.includes(one));
  return [
    ...others.flatMap((other) => solveValue([value, frame], other)),
    ...solveValue(
      [array, frame],
      items.filter((item) => item !== wanted),
    ),
  ];
}

/** Entries that decide it are changed, or left out. */
function proposeQuantifier(framed: Framed<QuantifierNode>, want: boolean): readonly Edit[] {
  const [{ kind, array }, frame] = framed;
  const items = itemsOf(evaluated([array, frame]));
  const bodies = bodiesOf(framed);
  const wrong = bodies.filter((body) => (evaluated(body) === true) !== want);
  const changed = wrong.slice(0, most).flatMap((body) => proposeEdits(body, want));
  const isByLeavingOut = (kind === "some") !== want;
  if (!isByLeavingOut) return changed;
  const kept = items.filter((_, index) => !wrong.includes(bodies[index] as Framed));
  return [...changed, ...solveValue([array, frame], kept)];
}

function proposeText({ test, text, part }: TextTestNode, frame: Frame, want: boolean): readonly Edit[] {
  const [whole, piece] = [String(evaluated([text, frame])), String(evaluated([part, frame]))];
  if (want) return solveValue([text, frame], test === "endsWith" ? whole + piece : piece + whole);
  return ["other", ""].flatMap((other) => solveValue([text, frame], other));
}

function proposeIntrinsic(node: IntrinsicNode, frame: Frame, want: boolean): readonly Edit[] {
  const [left, right] = node.arguments;
  if (left === undefined || right === undefined) return [];
  const [one, other] = [evaluated([left, frame]), evaluated([right, frame])];
  const isTime = node.name === "before" || node.name === "after";
  if (isTime) {
    const step = node.name === "before" ? -1 : 1;
    return [
      ...moved(other, want ? step : 0).flatMap((time) => solveValue([left, frame], time)),
      ...moved(one, want ? -step : 0).flatMap((time) => solveValue([right, frame], time)),
    ];
  }
  const inBoth = itemsOf(one).filter((item) => itemsOf(other).includes(item));
  const onlyInOne = itemsOf(one).filter((item) => !itemsOf(other).includes(item));
  if (node.name === "isSubset" && want) return solveValue([left, frame], inBoth);
  if (node.name !== "intersects") return [];
  return want
    ? itemsOf(other)
        .slice(0, most)
        .flatMap((item) => solveValue([left, frame], [...itemsOf(one), item]))
    : solveValue([left, frame], onlyInOne);
}

/** A UTC time some seconds later. */
function moved(time: unknown, seconds: number): readonly string[] {
  if (seconds === 0) return typeof time === "string" ? [time] : [];
  const moment = typeof time === "string" ? Date.parse(time) : Number.NaN;
  const later = new Date(moment + seconds * 1000);
  return Number.isNaN(later.getTime()) ? [] : [later.toISOString().replace(".000Z", "Z")];
}

function proposeKey(record: Expression, key: Expression, frame: Frame, want: boolean): readonly Edit[] {
  const place = placeOf([record, frame]);
  const name = evaluated([key, frame]);
  if (place === undefined || typeof name !== "string") return [];
  const shape = membersOf(record.type.shape).find((one) => one.kind === "record");
  const values = want ? (shape?.kind === "record" ? sampleShape(shape.values) : []) : [undefined];
  return values.map((to): Edit => ({ kind: "set", place: [...place, name], to }));
}
