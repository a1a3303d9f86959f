import type { Production, Scope } from "./scope.ts";
import { booleanType, intType, listOf, numberType, stringType, timeType } from "./types.ts";

/** Conditions that functions of the DSL are. What cannot be told is said to be something. */
export const toldTruths: readonly Production[] = [
  { weight: 1, write: (s) => `before(${s.of(timeType)}, ${s.of(timeType)})` },
  { weight: 1, write: (s) => `after(${s.of(timeType)}, ${s.of(timeType)})` },
  { weight: 1, write: (s) => `longerThan(${s.of(timeType)}, ${s.of(timeType)}, ${s.of(intType)})` },
  { weight: 2, write: compareLists },
  { weight: 1, write: (s) => orElse(`isInside(${s.string()}, ${folder(s)})`, s.pick(["true", "false"])) },
  { weight: 1, write: (s) => `(isInside(${s.string()}, "/x") === ${s.pick(["true", "undefined"])})` },
  { weight: 1, write: (s) => orElse(`cidrContains("10.0.0.0/8", ${s.string()})`, s.pick(["true", "false"])) },
  { weight: 1, write: (s) => `(${part(s)} ${s.pick(["===", "!=="])} ${s.pick([s.string(), "undefined"])})` },
];

/** Texts that functions of the DSL read out of others. */
export const toldTexts: readonly Production[] = [
  { weight: 1, write: (s) => `asciiLower(${s.string()})` },
  { weight: 1, write: (s) => `${s.pick(["removePrefix", "removeSuffix"])}(${s.string()}, ${s.string()})` },
  { weight: 2, write: (s) => orElse(part(s), s.string()) },
];

/** Whole numbers that functions of the DSL count. Large ones are made small, so that all stays exact. */
export const toldInts: readonly Production[] = [
  { weight: 1, write: (s) => `${s.pick(["hourAt", "weekdayAt"])}(${s.of(timeType)}, ${offset(s)})` },
  { weight: 1, write: (s) => `(minutesBetween(${s.of(timeType)}, ${s.of(timeType)}) % 60)` },
  {
    weight: 1,
    write: (s) => `(${orElse(`toMinorUnits(${s.string()}, ${s.pick(["2", "0", "4"])})`, s.of(intType))} % 7)`,
  },
];

function offset(scope: Scope): string {
  return scope.pick(['"+00:00"', '"+05:30"', '"-23:59"']);
}

/** A literal: what a constant stands for would have to be a normal path, too. */
function folder(scope: Scope): string {
  return scope.pick(['"/x"', '"/"', '"."', '"x"']);
}

function orElse(value: string, otherwise: string): string {
  return `(${value} ?? ${otherwise})`;
}

function part(scope: Scope): string {
  const name = scope.pick(["normalPath", "emailDomain", "urlHost", "urlPath", "urlScheme"]);
  return `${name}(${scope.string()})`;
}

function compareLists(scope: Scope): string {
  const type = listOf(scope.pick([stringType, numberType, booleanType, intType]));
  return `${scope.pick(["intersects", "isSubset"])}(${scope.of(type)}, ${scope.of(type)})`;
}
