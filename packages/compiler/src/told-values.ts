import type { RuleInfo, Told } from "@forego/core";
import { type Expression, expressionsOf, type IrFunction, membersOf } from "@forego/ir";
import type { Node } from "ts-morph";
import type { ReadTree } from "./analysis/read-tree.ts";
import { refuse } from "./diagnostics/refusal.ts";

/** What the values are looked for in that a rule tells. */
export interface ToldFrom {
  readonly effect: RuleInfo["effect"];
  /** The policy's name. */
  readonly policy: string;
  readonly programs: readonly Expression[];
  readonly functions: readonly IrFunction[];
  /** What the rule reads of the input. */
  readonly tree: ReadTree;
  readonly data: unknown;
}

const most = 8;
const counts = ["limit", "used", "remaining"] as const;
const roots: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ["tenant", "agent", "user", "action", "context", "environment", "facts"].map((name) => [name, [name]]),
  ),
  args: ["action", "args"],
};

/** Finds the values that a rule says to tell; one that it does not read, or that is no single value, is refused. */
export function checkTold(tell: unknown, from: ToldFrom, node: Node): readonly Told[] {
  if (!Array.isArray(tell) || tell.length === 0) return refuse(node, "FG1029", "no value is named");
  if (tell.length > most) return refuse(node, "FG1029", `more than ${most} values are named`);
  return tell.map((name: unknown) => {
    const told = typeof name === "string" ? findTold(name, from) : undefined;
    const what = typeof name === "string" ? `'${name}'` : "this";
    return told ?? refuse(node, "FG1029", `${what} is no single value that the rule reads`);
  });
}

function findTold(name: string, from: ToldFrom): Told | undefined {
  const count = counts.find((one) => one === name);
  if (count !== undefined) return from.effect === "budget" ? { name, count } : undefined;
  const [root = "", ...rest] = name.split(".");
  if (rest.length === 0) return undefined;
  if (root === "data") return findInData(name, rest, from);
  const start = root === "state" ? ["state", from.policy] : ownRoot(root);
  if (start === undefined) return undefined;
  const path = [...start, ...rest];
  return isSingle(path, from.tree) ? { name, path } : undefined;
}

function ownRoot(name: string): readonly string[] | undefined {
  return Object.hasOwn(roots, name) ? roots[name] : undefined;
}

/** Whether a rule reads what is at a path of the input, and that is a text, a number, a truth or null. */
function isSingle(path: readonly string[], tree: ReadTree): boolean {
  const read = path.reduce<ReadTree | undefined>((at, name) => at?.fields.get(name), tree);
  if (read === undefined) return false;
  return membersOf(read.shape).every(({ kind }) => ["string", "number", "boolean", "literal"].includes(kind));
}

/** A value of the policy's data is known now, and part of the release. */
function findInData(name: string, path: readonly string[], { programs, functions, data }: ToldFrom) {
  const isRead = readsOfData(programs, functions).some((read) =>
    read.every((step, index) => path[index] === step),
  );
  const value = path.reduce(ownValue, data);
  const isSingleValue = ["string", "number", "boolean"].includes(typeof value) || value === null;
  return isRead && isSingleValue ? { name, value: value as string | number | boolean | null } : undefined;
}

/** The paths at which programs, and the functions of their policy, read the data. */
function readsOfData(
  programs: readonly Expression[],
  functions: readonly IrFunction[],
): readonly (readonly string[])[] {
  return [...expressionsOf(programs, functions)].flatMap((node) =>
    node.kind === "read" && node.document === "data" ? [node.path] : [],
  );
}

function ownValue(value: unknown, name: string): unknown {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
