import { callHelper } from "./helpers.ts";
import { anyList, callback } from "./lists.ts";
import type { Production, Scope } from "./scope.ts";
import { madeTexts } from "./texts.ts";
import { booleanType, intType, listOf, numberType, stringType, type Type, timeType } from "./types.ts";

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
  { weight: 2, write: (s) => s.of(intType) },
  { weight: 1, write: (s) => `Math.${s.pick(["floor", "ceil", "trunc", "round", "abs"])}(${s.number()})` },
  { weight: 1, write: (s) => `Math.${s.pick(["max", "min"])}(${s.number()}, ${s.number()})` },
  { weight: 1, write: (s) => searched(s, "findIndex") },
  { weight: 1, write: keyCount },
];

/** Ways to write a text. */
export const strings: readonly Production[] = [
  { weight: 2, leaf: true, write: (s) => s.pick(s.program.constants.string) },
  { weight: 4, leaf: true, write: (s) => s.read(stringType) },
  { weight: 2, write: (s) => defaulted(s, stringType) },
  { weight: 1, write: (s) => chosen(s, stringType) },
  { weight: 1, write: (s) => element(s, stringType) },
  { weight: 1, write: (s) => entry(s, stringType) },
  { weight: 1, write: (s) => found(s, stringType) },
  {
    weight: 1,
    write: (s) => `(${s.of(listOf(stringType))}.at(${s.pick(["-1", "0", "-2", "1"])}) ?? ${s.string()})`,
  },
  { weight: 1, write: (s) => callHelper(s, stringType) },
  { weight: 1, write: typeName },
  ...madeTexts,
];

/** Ways to write a point in time. */
export const times: readonly Production[] = [
  { weight: 1, leaf: true, write: (s) => s.pick(s.program.constants.time) },
  { weight: 3, leaf: true, write: (s) => s.read(timeType) },
  { weight: 1, write: (s) => defaulted(s, timeType) },
  { weight: 1, write: (s) => chosen(s, timeType) },
];

/** `typeof value`, as some text: by itself, TypeScript has it as one of eight. */
function typeName(scope: Scope): string | undefined {
  const reference = scope.find(() => true);
  return reference && `\`\${typeof ${reference.text}}\``;
}

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
export function element(scope: Scope, type: Type): string | undefined {
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

/** `list.find(condition) ?? value` */
function found(scope: Scope, type: Type): string {
  const list = scope.of(listOf(type));
  return `(${list}.find(${callback(scope, type, booleanType, ": boolean")}) ?? ${scope.of(type)})`;
}

function searched(scope: Scope, method: "findIndex"): string | undefined {
  const list = anyList(scope);
  return list && `${list.text}.${method}(${callback(scope, list.type.items, booleanType)})`;
}

function keyCount(scope: Scope): string | undefined {
  const record = scope.find(({ type }) => type.kind === "record", "present");
  return record && `Object.keys(${record.text}).length`;
}
