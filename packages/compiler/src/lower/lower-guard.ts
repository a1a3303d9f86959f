import type {
  ArrayShape,
  GuardedPath,
  NumberShape,
  ObjectShape,
  Shape,
  StringShape,
  TextFormat,
} from "@forego/ir";
import {
  assign,
  type Body,
  call,
  compare,
  emptySet,
  holds,
  reference,
  type Statement,
  scalar,
  type Term,
  variable,
} from "../rego/ast.ts";
import { lowerPattern } from "./lower-pattern.ts";
import type { Lowering } from "./lowering.ts";
import { preludeCall } from "./prelude-call.ts";

/** Lowers a guarded path to a rule that holds when the input has there what the path's shape says; the answer is its name. */
export function lowerGuardedPath(guarded: GuardedPath, lowering: Lowering): string {
  const { path, optional, shape } = guarded;
  const name = lowering.names.fresh(`valid_${path.join("_")}`);
  const value = reference("input", ...path);
  const bodies = optional ? lowerOptional(guarded, lowering) : [lowerShape(shape, value, lowering)];
  lowering.rules.push({ kind: "predicate", name, parameters: [], bodies });
  return name;
}

/** An optional field may be absent, but not what it is a field of. */
function lowerOptional({ path, shape }: GuardedPath, lowering: Lowering): readonly Body[] {
  const parent = reference("input", ...path.slice(0, -1));
  const found = preludeCall("get", lowering, parent, scalar(path.at(-1) ?? ""));
  const isParentThere = path.length > 1 ? [holds(call("is_object", parent))] : [];
  return [
    [...isParentThere, compare(found, "==", emptySet)],
    lowerShape(shape, reference("input", ...path), lowering),
  ];
}

/** Statements that hold when a term is there and is what a shape says. */
function lowerShape(shape: Shape, term: Term, lowering: Lowering): Body {
  switch (shape.kind) {
    case "unknown":
      return [compare(term, "!=", emptySet)];
    case "string":
      return [holds(call("is_string", term)), ...lowerText(shape, term, lowering)];
    case "number":
      return [holds(call("is_number", term)), ...lowerNumber(shape, term)];
    case "boolean":
      return [holds(call("is_boolean", term))];
    case "literal":
      return [compare(term, "==", scalar(shape.value))];
    case "array": {
      const size = [
        compare(call("count", term), "<=", scalar(shape.max)),
        ...((shape.min ?? 0) > 0 ? [compare(call("count", term), ">=", scalar(shape.min ?? 0))] : []),
      ];
      return [holds(call("is_array", term)), ...size, ...lowerItems(shape, term, lowering)];
    }
    case "object":
      return [holds(call("is_object", term)), ...lowerProperties(shape, term, lowering)];
    case "record": {
      const size = compare(call("count", term), "<=", scalar(shape.max));
      return [holds(call("is_object", term)), size, ...lowerElements(shape.values, term, lowering)];
    }
    case "union":
      return lowerUnion(shape.members, term, lowering);
  }
}

function lowerText(shape: StringShape, term: Term, lowering: Lowering): Body {
  return [
    ...(shape.min === undefined ? [] : [compare(call("count", term), ">=", scalar(shape.min))]),
    ...(shape.max === undefined ? [] : [compare(call("count", term), "<=", scalar(shape.max))]),
    ...(shape.format === undefined ? [] : [lowerFormat(shape.format, term, lowering)]),
    ...(shape.patterns ?? []).flatMap((pattern) => lowerPattern(pattern, term, lowering)),
  ];
}

/** What has no domain is no e-mail address, and what has no host no URL. */
function lowerFormat(format: TextFormat, term: Term, lowering: Lowering): Statement {
  switch (format) {
    case "utc-time":
      return holds(preludeCall("is_utc_time", lowering, term));
    case "email":
      return compare(preludeCall("email_domain", lowering, term), "!=", emptySet);
    case "url":
      return compare(preludeCall("url_host", lowering, term), "!=", emptySet);
  }
}

function lowerNumber(shape: NumberShape, term: Term): Body {
  return [
    ...(shape.integer ? [compare(call("floor", term), "==", term)] : []),
    ...(shape.min === undefined ? [] : [compare(term, ">=", scalar(shape.min))]),
    ...(shape.max === undefined ? [] : [compare(term, "<=", scalar(shape.max))]),
    ...(shape.above === undefined ? [] : [compare(term, ">", scalar(shape.above))]),
    ...(shape.below === undefined ? [] : [compare(term, "<", scalar(shape.below))]),
  ];
}

/** The items of a list: each at its place, of a tuple, and otherwise all alike. */
function lowerItems({ places, items }: ArrayShape, list: Term, lowering: Lowering): Body {
  if (places === undefined) return lowerElements(items, list, lowering);
  return places.flatMap((place, index) => {
    if (place.kind === "unknown") return [];
    const item = lowering.names.fresh("item");
    const bound = assign(item, step(list, scalar(index)));
    return [bound, ...lowerShape(place, variable(item), lowering)];
  });
}

function lowerElements(shape: Shape, collection: Term, lowering: Lowering): Body {
  if (shape.kind === "unknown") return [];
  const item = lowering.names.fresh("item");
  return [{ kind: "every", item, collection, body: lowerShape(shape, variable(item), lowering) }];
}

function lowerProperties(shape: ObjectShape, object: Term, lowering: Lowering): readonly Statement[] {
  return Object.entries(shape.properties).flatMap(([name, property]) => {
    if (!property.optional) return lowerShape(property.shape, step(object, name), lowering);
    const rule = lowerAlternatives(`valid_${name}`, [property.shape], true, lowering);
    return [holds(call(rule, preludeCall("get", lowering, object, scalar(name))))];
  });
}

function lowerUnion(members: readonly Shape[], term: Term, lowering: Lowering): Body {
  const literals = members.flatMap((member) => (member.kind === "literal" ? [scalar(member.value)] : []));
  if (literals.length === members.length) return [compare(term, "in", { kind: "array", items: literals })];
  return [holds(call(lowerAlternatives("valid_union", members, false, lowering), term))];
}

/** A function that holds when its argument is what one of the shapes says, or absent where that is allowed. */
function lowerAlternatives(
  hint: string,
  shapes: readonly Shape[],
  optional: boolean,
  lowering: Lowering,
): string {
  const name = lowering.names.fresh(hint);
  const value = lowering.names.fresh("value");
  const bodies = shapes.map((shape) => lowerShape(shape, variable(value), lowering));
  const absent: Body = [compare(variable(value), "==", emptySet)];
  lowering.rules.push({
    kind: "predicate",
    name,
    parameters: [value],
    bodies: optional ? [absent, ...bodies] : bodies,
  });
  return name;
}

function step(object: Term, key: string | Term): Term {
  if (object.kind === "variable") return reference(object.name, key);
  if (object.kind === "reference") return { ...object, path: [...object.path, key] };
  throw new Error("a property is read of a variable or a path");
}
