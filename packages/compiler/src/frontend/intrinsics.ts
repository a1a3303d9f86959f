import type { Expression, IntrinsicNode } from "@forego/ir";
import type { CallExpression, Node, Project, Symbol as TsSymbol } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import { booleanType, isTime, nonNullish } from "./value-types.ts";
import { visitExpression } from "./visit.ts";
import { originOf, type VisitContext } from "./visit-context.ts";

/** Reads a call of an intrinsic. */
export type IntrinsicReader = (call: CallExpression, context: VisitContext) => Expression;

/** The intrinsics of the DSL by the symbols that they are declared with, so that no other function is taken for one. */
export type IntrinsicTable = ReadonlyMap<TsSymbol, IntrinsicReader>;

const readers: Readonly<Record<string, IntrinsicReader>> = {
  before: (call, context) => readTimes("before", call, context),
  after: (call, context) => readTimes("after", call, context),
};

/** Finds the intrinsics in a project whose policies import the DSL. */
export function findIntrinsics(project: Project): IntrinsicTable {
  const table = new Map<TsSymbol, IntrinsicReader>();
  for (const file of project.getSourceFiles()) {
    for (const declaration of [...file.getImportDeclarations(), ...file.getExportDeclarations()]) {
      if (declaration.getModuleSpecifierValue() !== "@forego/dsl") continue;
      for (const symbol of declaration.getModuleSpecifierSourceFile()?.getExportSymbols() ?? []) {
        const reader = Object.hasOwn(readers, symbol.getName()) ? readers[symbol.getName()] : undefined;
        if (reader !== undefined) table.set(symbol.getAliasedSymbol() ?? symbol, reader);
      }
    }
  }
  return table;
}

function readTimes(name: IntrinsicNode["name"], call: CallExpression, context: VisitContext): Expression {
  const times = call
    .getArguments()
    .map((argument) => requireTime(argument, visitExpression(argument, context)));
  if (times.length !== 2) return refuse(call, "FG2012", `${name}() takes two times`);
  return { kind: "intrinsic", name, arguments: times, type: booleanType, origin: originOf(call, context) };
}

/** A time where TypeScript has a text: one that may be missing has been asked about before, or it would not have. */
function requireTime(node: Node, value: Expression): Expression {
  if (isTime(nonNullish(value.type))) return value;
  return value.kind === "literal" ? refuse(node, "FG2023", "this is not a UTC time") : refuse(node, "FG2023");
}
