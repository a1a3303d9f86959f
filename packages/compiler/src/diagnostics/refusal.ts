import type { Node } from "ts-morph";
import type { DiagnosticCode } from "./codes.ts";
import type { DiagnosticText } from "./diagnostic.ts";

/** Thrown where a rule cannot be kept; caught at the rule's border, where it becomes a diagnostic. */
export class Refusal extends Error {
  readonly node: Node;
  readonly code: DiagnosticCode;
  readonly text: DiagnosticText;

  constructor(node: Node, code: DiagnosticCode, text: DiagnosticText) {
    super(text.message ?? code);
    this.node = node;
    this.code = code;
    this.text = text;
  }
}

/** Refuses a construct. The rest of the rule is not looked at; other rules are. */
export function refuse(node: Node, code: DiagnosticCode, message?: string, fix?: string): never {
  throw new Refusal(node, code, {
    ...(message === undefined ? {} : { message }),
    ...(fix === undefined ? {} : { fix }),
  });
}
