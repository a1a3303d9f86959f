import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";

/** A text that can be written into a bundle and read back; anything else is refused at the node. */
export function requireText(value: unknown, what: string, node: Node): string {
  const problem = `${what} is not a text that can be kept`;
  return isText(value) ? value : refuse(node, "FG1006", problem, "write a text that is not empty");
}

/** A value as a message names it. */
export function told(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : "this";
}

/** Whether a value is a text that can be written into a bundle and read back. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.isWellFormed();
}
