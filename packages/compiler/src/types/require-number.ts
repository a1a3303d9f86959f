import type { Expression } from "@forego/ir";
import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";
import { isAlways, requireKnown } from "./value-types.ts";

/** Refuses an operand that is not always a number. */
export function requireNumber({ node, value }: { readonly node: Node; readonly value: Expression }): void {
  if (isAlways(value.type, "number")) return;
  requireKnown(value, node);
  refuse(node, "FG2008", `'${node.getText()}' is not always a number`, "give it a schema: int({ min, max })");
}
