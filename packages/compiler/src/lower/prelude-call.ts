import { call, type Term } from "../rego/ast.ts";
import type { Lowering } from "./lowering.ts";

/** A call of a function of the prelude. */
export function preludeCall(name: string, lowering: Lowering, ...args: readonly Term[]): Term {
  lowering.prelude.add(name);
  return call(`prelude.${name}`, ...args);
}

/** `prelude.get(object, key)`: the value, or `undefined` as a value. */
export function get(object: Term, key: Term, lowering: Lowering): Term {
  return preludeCall("get", lowering, object, key);
}
