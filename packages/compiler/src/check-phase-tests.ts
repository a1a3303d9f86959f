import { type Expression, expressionsOf } from "@forego/ir";
import type { Node } from "ts-morph";
import { refuse } from "./diagnostics/refusal.ts";

/** Refuses a condition that asks for a phase in which its rule does not apply: it would never hold, or always. */
export function checkPhaseTests(predicate: Expression, on: readonly string[], at: Node): void {
  for (const phase of phasesIn(predicate)) {
    if (on.includes(phase)) continue;
    refuse(
      at,
      "FG1016",
      `it asks whether action.type is '${phase}', and the rule applies in ${on.join(" and ")} only`,
      `name the phase in the rule: on: [${[...on, phase].map((one) => `"${one}"`).join(", ")}]`,
    );
  }
}

/** The phases that a condition compares the call's with. */
function phasesIn(predicate: Expression): readonly string[] {
  return [...expressionsOf([predicate])].flatMap((node) => {
    if (node.kind !== "compare") return [];
    const [read, literal] = node.left.kind === "literal" ? [node.right, node.left] : [node.left, node.right];
    const isPhase =
      read.kind === "read" && read.document === "input" && read.path.join(".") === "action.type";
    return isPhase && literal.kind === "literal" && typeof literal.value === "string" ? [literal.value] : [];
  });
}
