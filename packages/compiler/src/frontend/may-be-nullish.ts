import { type Type, ts } from "ts-morph";

const { Any, Unknown, Null, Undefined, Void, Instantiable } = ts.TypeFlags;

/** Whether null or undefined may be among the values of a type, or TypeScript does not know. */
export function mayBeNullish(type: Type): boolean {
  const { flags } = type.compilerType;
  if ((flags & (Any | Unknown | Null | Undefined | Void)) !== 0) return true;
  if (type.isUnion()) return type.getUnionTypes().some(mayBeNullish);
  if (type.isIntersection()) return type.getIntersectionTypes().every(mayBeNullish);
  if ((flags & Instantiable) === 0) return false;
  // a type parameter is what it extends; a template of texts is its own constraint
  const constraint = type.getConstraint();
  if (constraint === undefined) return true;
  return constraint.compilerType !== type.compilerType && mayBeNullish(constraint);
}
