import { booleans } from "./booleans.ts";
import { ints } from "./ints.ts";
import { lists } from "./lists.ts";
import type { Production } from "./scope.ts";
import type { Type } from "./types.ts";
import { numbers, strings, times } from "./values.ts";

/** The ways to write an expression of a type. Records, objects and tagged values are only read. */
export function productions(type: Type): readonly Production[] {
  switch (type.kind) {
    case "boolean":
      return booleans;
    case "number":
      return numbers;
    case "int":
      return ints;
    case "string":
      return strings;
    case "time":
      return times;
    case "list":
      return lists;
    default:
      return [{ weight: 1, leaf: true, write: (scope) => scope.read(type) }];
  }
}
