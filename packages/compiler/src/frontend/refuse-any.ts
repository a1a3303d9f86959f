import { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";

/** Refuses what is `any`, or a list or record of it: what it is handed to would trust a type that nothing checked. */
export function refuseAny(node: Node): void {
  const isFound =
    Node.isIdentifier(node) ||
    Node.isPropertyAccessExpression(node) ||
    Node.isElementAccessExpression(node) ||
    Node.isCallExpression(node) ||
    Node.isAsExpression(node);
  if (!isFound) return;
  const type = node.getType();
  const items = type.getArrayElementType() ?? type.getStringIndexType();
  if (type.isAny() || items?.isAny() === true)
    refuse(node, "FG2007", "`any` can be everything, and nothing checks it", "write the type, or unknown");
}
