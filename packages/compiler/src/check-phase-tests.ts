import { type Expression, expressionsOf } from "@forego/ir";
import type { Node } from "ts-morph";
import { refuse } from "./diagnostics/refusal.ts";

/** Refuses a condition that asks for a phase in which its rule does not apply, or for another tool: it would never hold, or always. */
export function checkPhaseTests(
  predicate: Expression,
  at: Node,
  { on, tool }: { readonly on: readonly string[]; readonly tool: string | undefined },
): void {
  for (const [path, value] of testsIn(predicate)) {
    if (path === "action.type" && !on.includes(value))
      refuse(
        at,
        "FG1016",
        `it asks whether action.type is '${value}', and the rule applies in ${on.join(" and ")} only`,
        `name the phase in the rule: on: [${[...on, value].map((one) => `"${one}"`).join(", ")}]`,
      );
    if (path === "action.tool" && tool !== undefined && value !== tool)
      refuse(
        at,
        "FG1016",
        `it asks whether action.tool is '${value}', and the rule is about ${tool} only`,
        "leave the question out, or the rule's `tool`",
      );
  }
}

/** What is compared with a text, by its path. */
function testsIn(predicate: Expression): readonly (readonly [path: string, value: string])[] {
  return [...expressionsOf([predicate])].flatMap((node) => {
    if (node.kind !== "compare") return [];
    const [read, literal] = node.left.kind === "literal" ? [node.right, node.left] : [node.left, node.right];
    if (read.kind !== "read" || read.document !== "input" || literal.kind !== "literal") return [];
    return typeof literal.value === "string" ? [[read.path.join("."), literal.value] as const] : [];
  });
}
