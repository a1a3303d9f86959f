import type { Expression, IntrinsicName } from "@forego/ir";
import type { CallExpression, Project, Symbol as TsSymbol } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import { intrinsics, isIntrinsicName } from "../intrinsics/index.ts";
import { visitExpression } from "./visit.ts";
import { originOf, type VisitContext } from "./visit-context.ts";

/** The intrinsics of the DSL by the symbols that they are declared with, so that no other function is taken for one. */
export type IntrinsicTable = ReadonlyMap<TsSymbol, IntrinsicName>;

/** Finds the intrinsics in a project whose policies import the DSL. */
export function findIntrinsics(project: Project): IntrinsicTable {
  const table = new Map<TsSymbol, IntrinsicName>();
  for (const file of project.getSourceFiles()) {
    for (const declaration of [...file.getImportDeclarations(), ...file.getExportDeclarations()]) {
      if (declaration.getModuleSpecifierValue() !== "@forego/dsl") continue;
      for (const symbol of declaration.getModuleSpecifierSourceFile()?.getExportSymbols() ?? []) {
        const name = symbol.getName();
        if (isIntrinsicName(name)) table.set(symbol.getAliasedSymbol() ?? symbol, name);
      }
    }
  }
  return table;
}

/** Reads a call of an intrinsic. */
export function callIntrinsic(name: IntrinsicName, call: CallExpression, context: VisitContext): Expression {
  const { arguments: checks, type } = intrinsics[name];
  const nodes = call.getArguments();
  if (nodes.length !== checks.length)
    return refuse(
      call,
      "FG2012",
      `${name}() takes ${checks.length === 1 ? "one value" : `${checks.length} values`}`,
    );
  const values = nodes.map((node, index) => {
    const value = visitExpression(node, context);
    checks[index]?.(node, value);
    return value;
  });
  const given = typeof type === "function" ? type(values) : type;
  return { kind: "intrinsic", name, arguments: values, type: given, origin: originOf(call, context) };
}
