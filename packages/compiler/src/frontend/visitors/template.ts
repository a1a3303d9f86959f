import { type Expression, membersOf, type Shape } from "@forego/ir";
import { type BinaryExpression, Node, SyntaxKind, type TemplateExpression } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { joinedShape } from "../../types/joined-shape.ts";
import { isNullable, requireKnown, textType } from "../../types/value-types.ts";
import { originOf, type VisitContext } from "../visit-context.ts";
import { visitNarrowed } from "../visit-narrowed.ts";
import { literalOf } from "./literal.ts";

/** `${part} and text` */
export function visitTemplate(node: Node, context: VisitContext): Expression {
  const template = node as TemplateExpression;
  const head = template.getHead();
  const parts = template.getTemplateSpans().flatMap((span) => {
    const expression = span.getExpression();
    const tail = span.getLiteral();
    return [readPart(expression, context), literalOf(tail.getLiteralText(), tail, context)];
  });
  return concat([literalOf(head.getLiteralText(), head, context), ...parts], node, context);
}

/** Whether a `+` joins texts. TypeScript gives a sum with a text on either side the type `string`. */
export function isTextSum(binary: BinaryExpression): boolean {
  return binary.getType().isString();
}

/** `text + text` */
export function visitTextSum(binary: BinaryExpression, context: VisitContext): Expression {
  return concat(
    summands(binary).map((node) => readPart(node, context)),
    binary,
    context,
  );
}

/** The texts and numbers of a sum; what is a sum of numbers stays one. */
function summands(node: Node): readonly Node[] {
  if (!Node.isBinaryExpression(node) || !isTextSum(node)) return [node];
  if (node.getOperatorToken().getKind() !== SyntaxKind.PlusToken) return [node];
  return [node.getLeft(), node.getRight()].flatMap(summands);
}

function readPart(node: Node, context: VisitContext): Expression {
  const value = visitNarrowed(node, context);
  requireKnown(value, node);
  if (isNullable(value.type)) {
    return refuse(node, "FG2061", "this may be missing, and a text would say so", 'give it a default: ?? ""');
  }
  if (!membersOf(value.type.shape).every(isPrintable)) return refuse(node, "FG2061");
  return value.kind === "literal" ? literalOf(String(value.value), node, context) : value;
}

/** Texts, and whole numbers that JavaScript prints with all their digits. */
function isPrintable(shape: Shape): boolean {
  if (shape.kind === "string") return true;
  if (shape.kind === "literal") return typeof shape.value === "string" || Number.isSafeInteger(shape.value);
  if (shape.kind !== "number" || !shape.integer) return false;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = shape;
  return min >= Number.MIN_SAFE_INTEGER && max <= Number.MAX_SAFE_INTEGER;
}

/** The parts without empty ones, neighbours that are literal as one; a literal where nothing else is left. */
function concat(parts: readonly Expression[], node: Node, context: VisitContext): Expression {
  const joined: Expression[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind === "literal" && last?.kind === "literal") {
      joined.splice(-1, 1, literalOf(`${last.value}${part.value}`, node, context));
    } else joined.push(part);
  }
  const kept = joined.filter((part) => part.kind !== "literal" || part.value !== "");
  const [only] = kept;
  if (only === undefined) return literalOf("", node, context);
  if (kept.length === 1 && only.kind === "literal") return only;
  const type = { ...textType, shape: joinedShape(kept.map((part) => part.type.shape)) };
  return { kind: "concat", parts: kept, type, origin: originOf(node, context) };
}
