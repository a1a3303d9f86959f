import { type Expression, membersOf, type Origin, type Shape, type ValueType } from "@forego/ir";
import { either, present } from "./value-types.ts";

/** What `typeof` can say of a value that came as JSON, or did not come. */
export type TypeName = "string" | "number" | "boolean" | "object" | "undefined";

const ofJson = ["string", "number", "boolean", "object"] as const;

/** `typeof operand` */
export function typeOf(operand: Expression, origin: Origin): Expression {
  const members = typeNamesOf(operand.type).map((value): Shape => ({ kind: "literal", value }));
  return { kind: "type-of", operand, type: present({ kind: "union", members }), origin };
}

/** All that `typeof` can say of the values of a type. */
export function typeNamesOf({ shape, undefinable }: ValueType): readonly TypeName[] {
  const names = membersOf(shape).flatMap(namesOf);
  return [...new Set(undefinable ? [...names, "undefined" as const] : names)];
}

/** The type of those values of which `typeof` says so. */
export function typeNamed(name: TypeName, { shape }: ValueType): ValueType {
  const members = membersOf(shape).filter((member) => namesOf(member).includes(name));
  return members.map((member) => present(member.kind === "unknown" ? anyNamed(name) : member)).reduce(either);
}

function anyNamed(name: TypeName): Shape {
  if (name === "number") return { kind: "number", integer: false };
  return name === "string" || name === "boolean" ? { kind: name } : { kind: "unknown" };
}

function namesOf(shape: Shape): readonly TypeName[] {
  switch (shape.kind) {
    case "unknown":
      return ofJson;
    case "string":
    case "number":
    case "boolean":
      return [shape.kind];
    case "literal":
      return [typeof shape.value as TypeName];
    default:
      return ["object"];
  }
}
