import { callHelper } from "./helpers.ts";
import { toldInts } from "./intrinsics.ts";
import { callback } from "./lists.ts";
import type { Production, Scope } from "./scope.ts";
import { tabled } from "./texts.ts";
import { booleanType, intType, listOf } from "./types.ts";
import { chosen, defaulted, element } from "./values.ts";

/** Ways to compute a whole number. Products and sums over lists have small parts, so that all stays exact. */
export const ints: readonly Production[] = [
  { weight: 1, leaf: true, write: (s) => s.pick(s.program.constants.int) },
  { weight: 4, leaf: true, write: (s) => s.read(intType) },
  { weight: 3, write: (s) => `(${s.of(intType)} + ${s.of(intType)})` },
  { weight: 3, write: (s) => `(${s.of(intType)} - ${s.of(intType)})` },
  { weight: 2, write: (s) => `(${s.of(intType)} % 7 * ${s.pick(["2", "-3", `(${s.leaf(intType)} % 5)`])})` },
  { weight: 1, write: (s) => `(-${s.of(intType)})` },
  { weight: 1, write: (s) => `(${s.of(intType)} % ${s.pick(["2", "3", "7"])})` },
  {
    weight: 1,
    write: (s) =>
      `Math.${s.pick(["floor", "ceil", "trunc"])}(${s.of(intType)} / ${s.pick(["2", "3", "60"])})`,
  },
  { weight: 1, write: (s) => tabled(s, "sizes") },
  { weight: 1, write: (s) => callHelper(s, intType) },
  { weight: 1, write: (s) => `Math.${s.pick(["max", "min"])}(${s.of(intType)}, ${s.of(intType)})` },
  { weight: 1, write: (s) => `Math.abs(${s.of(intType)})` },
  { weight: 1, write: (s) => defaulted(s, intType) },
  { weight: 1, write: (s) => chosen(s, intType) },
  { weight: 1, write: (s) => element(s, intType) },
  ...toldInts,
  { weight: 2, write: summed },
  { weight: 1, write: (s) => `${s.of(listOf(intType))}.findIndex(${callback(s, intType, booleanType)})` },
];

/** `list.reduce((sum, item) => sum + value, start)` */
function summed(scope: Scope): string {
  const list = scope.of(listOf(intType));
  const [sum, item] = [scope.fresh("sum"), scope.fresh("item")];
  const start = scope.pick(["0", "1", scope.leaf(intType)]);
  const added = scope.pick([item, `(${item} + ${scope.inFunction().leaf(intType)})`]);
  return `${list}.reduce((${sum}, ${item}) => ${sum} + ${added}, ${start})`;
}
