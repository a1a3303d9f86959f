import type { Scope } from "./scope.ts";
import type { Type } from "./types.ts";

/**
 * Writes a value that fits the schema of a type, for all that the compiler knows of it; `undefined` when the scope has
 * nothing to write it with. What no expression gives for sure is only read.
 */
export function fitting(scope: Scope, type: Type): string | undefined {
  switch (type.kind) {
    case "int":
      return `Math.max(-100, Math.min(${scope.of(type)}, 100))`;
    case "boolean":
    case "number":
    case "string":
    case "time":
      return scope.of(type);
    default:
      return scope.read(type);
  }
}
