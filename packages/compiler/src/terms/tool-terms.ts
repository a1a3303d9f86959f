import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import type { ToolFacts } from "../schema/policy-facts.ts";
import { isText, requireText } from "./kept-text.ts";

/** Checks what is said of a tool beside its arguments; the first that is wrong is refused at the node. */
export function checkTool(
  { name, data_classes = [], classify = {} }: Omit<ToolFacts, "args">,
  node: Node,
): void {
  requireText(name, "the tool's name", node);
  for (const dataClass of data_classes) requireText(dataClass, "a data class of the tool", node);
  checkClassify(classify, node);
}

function checkClassify(classify: unknown, node: Node): void {
  const lists: readonly [string, unknown][] =
    typeof classify === "object" && classify !== null ? Object.entries(classify) : [["", undefined]];
  for (const [name, names] of lists) {
    const isKnown = (name === "args" || name === "result") && Array.isArray(names) && names.every(isText);
    if (isKnown && new Set(names).size === names.length && names.length > 0) continue;
    const fix = 'write lists of their names: classify: { args: ["pii"], result: ["pii"] }';
    refuse(node, "FG1006", "`classify` of the tool does not name classifiers", fix);
  }
}
