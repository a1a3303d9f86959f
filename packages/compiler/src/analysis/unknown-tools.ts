import { type Expression, expressionsOf, type IrFunction, type LiteralNode, programsOf } from "@forego/ir";
import { type SourceFile, SyntaxKind } from "ts-morph";
import type { CompiledPolicy } from "../compiled-policy.ts";
import { createDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../diagnostics/nearest-name.ts";
import { fileName, placeOf } from "../diagnostics/place-of.ts";

/**
 * Warns of names that rules compare `action.tool` with and no policy declares: with a letter wrong, a deny never
 * applies. Says nothing where no tool is declared, or one by a name that is computed.
 */
export function findUnknownTools(
  policies: readonly CompiledPolicy[],
  files: readonly SourceFile[],
  root: string,
): readonly Diagnostic[] {
  const asked = policies.flatMap(({ ir }) => ir.rules.filter(isOfTools).flatMap(askedIn(ir.functions)));
  if (asked.length === 0) return [];
  const declared = declaredNames(files);
  if (declared === undefined || declared.size === 0) return [];
  const texts = new Map(files.map((file) => [fileName(file.getFilePath(), root), file.getFullText()]));
  return asked.flatMap(({ value, origin }) => {
    if (typeof value !== "string" || declared.has(value)) return [];
    const nearest = nearestName(value, [...declared]);
    const declaration = `tool(${JSON.stringify(value)}, z.object({ ... }))`;
    const text = {
      message: `no policy declares a tool '${value}'`,
      fix:
        nearest === undefined
          ? `mend the name, or declare ${declaration}`
          : `write '${nearest}', or declare ${declaration}`,
    };
    return [createDiagnostic("FG1035", placeOf(origin), texts.get(origin.file) ?? "", text)];
  });
}

/** In other phases, `action.tool` is a model, a resource or a prompt. */
function isOfTools({ on }: { readonly on: readonly string[] }): boolean {
  return on.every((phase) => phase === "tool_call" || phase === "tool_result");
}

function askedIn(functions: readonly IrFunction[]) {
  return (rule: Parameters<typeof programsOf>[0]): readonly LiteralNode[] =>
    [...expressionsOf(programsOf(rule), functions)].flatMap(comparedNames);
}

/** The literals that an expression compares the call's tool with. */
function comparedNames(node: Expression): readonly LiteralNode[] {
  if (node.kind === "includes")
    return isTool(node.value) && node.array.kind === "list" ? node.array.items : [];
  if (node.kind !== "compare") return [];
  const { left, right } = node;
  if (left.kind === "literal") return isTool(right) ? [left] : [];
  return right.kind === "literal" && isTool(left) ? [right] : [];
}

function isTool(node: Expression): boolean {
  return node.kind === "read" && node.document === "input" && node.path.join(".") === "action.tool";
}

/** The names in all calls of `tool()`; `undefined` where one of them is computed. */
function declaredNames(files: readonly SourceFile[]): ReadonlySet<string> | undefined {
  const names = files.flatMap((file) =>
    file.getDescendantsOfKind(SyntaxKind.CallExpression).flatMap((call) => {
      const symbol = call.getExpression().getSymbol();
      if ((symbol?.getAliasedSymbol() ?? symbol)?.getName() !== "tool") return [];
      const name = call.getArguments()[0]?.getType().getLiteralValue();
      return [typeof name === "string" ? name : undefined];
    }),
  );
  return names.every((name) => name !== undefined) ? new Set(names) : undefined;
}
