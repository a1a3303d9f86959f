import { callHelper } from "./helpers.ts";
import { anyList } from "./lists.ts";
import type { Production, Scope } from "./scope.ts";
import { booleanType, listOf, numberType, stringType, type Type, timeType } from "./types.ts";

/** Ways to write a number. */
export const numbers: readonly Production[] = [
  { weight: 2, leaf: true, write: (s) => s.pick(s.program.constants.number) },
  { weight: 4, leaf: true, write: (s) => s.read(numberType) },
  { weight: 2, write: (s) => `${s.string()}.length` },
  { weight: 2, write: (s) => `${s.of(listOf(stringType))}.length` },
  { weight: 2, write: (s) => lengthOf(anyList(s)?.text) },
  { weight: 2, write: (s) => defaulted(s, numberType) },
  { weight: 1, write: (s) => chosen(s, numberType) },
  { weight: 1, write: (s) => element(s, numberType) },
  { weight: 1, write: (s) => callHelper(s, numberType) },
];

/** Ways to write a text. */
export const strings: readonly Production[] = [
  { weight: 2, leaf: true, write: (s) => s.pick(s.program.constants.string) },
  { weight: 4, leaf: true, write: (s) => s.read(stringType) },
  { weight: 2, write: (s) => defaulted(s, stringType) },
  { weight: 1, write: (s) => chosen(s, stringType) },
  { weight: 1, write: (s) => element(s, stringType) },
  { weight: 1, write: (s) => entry(s, stringType) },
  { weight: 1, write: (s) => callHelper(s, stringType) },
];

/** Ways to write a point in time. */
export const times: readonly Production[] = [
  { weight: 1, leaf: true, write: (s) => s.pick(s.program.constants.time) },
  { weight: 3, leaf: true, write: (s) => s.read(timeType) },
  { weight: 1, write: (s) => defaulted(s, timeType) },
  { weight: 1, write: (s) => chosen(s, timeType) },
];

/** `absent ?? value` */
export function defaulted(scope: Scope, type: Type): string | undefined {
  const reference = scope.narrow(type, "absent") ?? scope.narrow(type, "host");
  return reference && `(${reference.text} ?? ${scope.of(type)})`;
}

/** `condition ? value : value` */
export function chosen(scope: Scope, type: Type): string {
  return `(${scope.of(booleanType)} ? ${scope.of(type)} : ${scope.of(type)})`;
}

/** `list[0] ?? value` */
function element(scope: Scope, type: Type): string | undefined {
  const list = scope.read(listOf(type));
  return list && `(${list}[${scope.pick(["0", "1", scope.number()])}] ?? ${scope.of(type)})`;
}

/** `record[key] ?? value` */
function entry(scope: Scope, type: Type): string | undefined {
  const record = scope.read({ kind: "record", values: type });
  return record && `(${record}[${scope.string()}] ?? ${scope.of(type)})`;
}

function lengthOf(list: string | undefined): string | undefined {
  return list && `${list}.length`;
}
