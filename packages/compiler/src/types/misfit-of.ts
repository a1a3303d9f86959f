import {
  type ArrayShape,
  conforms,
  membersOf,
  type NumberShape,
  type Property,
  type Shape,
  type StringShape,
  type TextPattern,
  textFormats,
} from "@forego/ir";

/**
 * Why a value of one shape may be no value of another; `undefined` when it always is one. What it cannot tell apart it
 * calls a misfit: readers take the other shape's word for what the value is.
 */
export function misfitOf(value: Shape, wanted: Shape): string | undefined {
  for (const member of membersOf(value)) {
    const misfits = membersOf(wanted).map((target) => misfitOfMember(member, target));
    const isBoolean = member.kind === "boolean" && [true, false].every((truth) => conforms(wanted, truth));
    if (isBoolean || misfits.includes(undefined)) continue;
    return misfits.find((misfit) => misfit !== otherKind) ?? describeOther(member);
  }
  return undefined;
}

/** Stands for a member that is of another kind altogether. */
const otherKind = "another kind";

function describeOther(member: Shape): string {
  return member.kind === "literal"
    ? `it can be ${JSON.stringify(member.value)}`
    : `it can be ${member.kind === "unknown" ? "anything" : `${/^[aou]/.test(member.kind) ? "an" : "a"} ${member.kind}`}`;
}

function misfitOfMember(value: Shape, wanted: Shape): string | undefined {
  if (wanted.kind === "unknown") return undefined;
  if (value.kind === "literal")
    return conforms(wanted, value.value) ? undefined : otherLiteral(value, wanted);
  if (value.kind === "boolean") return wanted.kind === "boolean" ? undefined : otherKind;
  if (value.kind === "string" && wanted.kind === "string") {
    if (wanted.format !== undefined && value.format !== wanted.format)
      return `it can be a text that is not ${textFormats[wanted.format].name}`;
    const unmatched = wanted.patterns?.find((pattern) => !hasPattern(value, pattern));
    if (unmatched !== undefined) return `it can be a text that /${unmatched.source}/ does not match`;
    if ((value.min ?? 0) < (wanted.min ?? 0)) return `it can have less than ${wanted.min} characters`;
    return most(value.max) > most(wanted.max) ? `it can have more than ${wanted.max} characters` : undefined;
  }
  if (value.kind === "number" && wanted.kind === "number") return misfitOfNumber(value, wanted);
  if (value.kind === "array" && wanted.kind === "array") return misfitOfArray(value, wanted);
  if (value.kind === "record" && wanted.kind === "record") {
    if (value.max > wanted.max) return `it can have more than ${wanted.max} entries`;
    return within("an entry", misfitOf(value.values, wanted.values));
  }
  if (value.kind === "object" && wanted.kind === "object") {
    return first(
      Object.entries(wanted.properties).map(([name, property]) => {
        const own = Object.hasOwn(value.properties, name) ? value.properties[name] : undefined;
        return misfitOfProperty(name, own, property);
      }),
    );
  }
  return otherKind;
}

function hasPattern({ patterns = [] }: StringShape, { source, flags }: TextPattern): boolean {
  return patterns.some((pattern) => pattern.source === source && pattern.flags === flags);
}

function otherLiteral(value: Extract<Shape, { kind: "literal" }>, wanted: Shape): string {
  return typeof value.value === wanted.kind ? describeOther(value) : otherKind;
}

function misfitOfNumber(value: NumberShape, wanted: NumberShape): string | undefined {
  if (wanted.integer && !value.integer) return "it can be a number with a fraction";
  const { min, above, max, below } = wanted;
  const isLowest = (bound: number, isOpen: boolean) =>
    (value.min ?? Number.NEGATIVE_INFINITY) > bound ||
    (value.above ?? Number.NEGATIVE_INFINITY) >= bound ||
    (!isOpen && value.min === bound);
  const isHighest = (bound: number, isOpen: boolean) =>
    most(value.max) < bound || most(value.below) <= bound || (!isOpen && value.max === bound);
  if (min !== undefined && !isLowest(min, false)) return `it can be less than ${min}`;
  if (above !== undefined && !isLowest(above, true)) return `it can be ${above} or less`;
  if (max !== undefined && !isHighest(max, false)) return `it can be more than ${max}`;
  if (below !== undefined && !isHighest(below, true)) return `it can be ${below} or more`;
  return undefined;
}

function misfitOfArray(value: ArrayShape, wanted: ArrayShape): string | undefined {
  if (value.unordered === true) return "its entries have no order: keys and values of a record have none";
  if (value.holes === true) return "an entry of it can be undefined";
  if (value.max > wanted.max) return `it can have more than ${wanted.max} entries`;
  const fewest = value.min ?? value.places?.length ?? 0;
  if (fewest < (wanted.min ?? 0)) return `it can have less than ${wanted.min} entries`;
  const { places } = wanted;
  if (places === undefined) return within("an entry", misfitOf(value.items, wanted.items));
  return first(
    places.map((place, index) => within("an entry", misfitOf(value.places?.[index] ?? value.items, place))),
  );
}

function misfitOfProperty(name: string, value: Property | undefined, wanted: Property): string | undefined {
  // what its schema does not name may still be there, and nothing has checked it
  if (value === undefined) return `it has no '${name}'`;
  if (value.optional && !wanted.optional) return `its '${name}' can be absent`;
  return within(`its '${name}'`, misfitOf(value.shape, wanted.shape));
}

/** A misfit of a part, told of that part. */
function within(part: string, misfit: string | undefined): string | undefined {
  return misfit === undefined ? undefined : `${part}: ${misfit}`;
}

function first(misfits: readonly (string | undefined)[]): string | undefined {
  return misfits.find((misfit) => misfit !== undefined);
}

function most(bound: number | undefined): number {
  return bound ?? Number.POSITIVE_INFINITY;
}
