import { resolve } from "node:path";
import { type Expression, expressionsOf, type IrFunction, type ReadNode } from "@forego/ir";
import type { SourceFile } from "ts-morph";
import type { Mistakes } from "../diagnostics/mistakes.ts";
import { placeOf } from "../diagnostics/place-of.ts";

/** The programs of a rule, with what they call and where they stand. */
interface Asking {
  readonly programs: readonly Expression[];
  readonly functions: readonly IrFunction[];
  /** The policy folder, absolute. */
  readonly root: string;
  /** A file of the project that all of it is in. */
  readonly file: SourceFile;
}

/**
 * Warns of a rule that asks whether a field of the contract is there, and reads it as if it were all the same: in
 * JavaScript it says what it says of absence, and here it is invalid.
 */
export function warnOfAssumedReads({ programs, functions, root, file }: Asking, mistakes: Mistakes): void {
  const nodes = [...expressionsOf(programs, functions)];
  const asked = new Map(nodes.flatMap(askedBy).map(({ path }) => [path.join("."), path]));
  for (const node of nodes) {
    if (node.kind !== "read" || node.document !== "input") continue;
    const above = [...asked.values()].find((path) => assumes(node, path));
    if (above === undefined) continue;
    const name = above.join(".");
    const rest = node.path
      .slice(above.length)
      .map((step) => `.${step}`)
      .join("");
    const rewrite = rest === "" ? `(${name} ?? …) …` : `${name}?${rest} … ?? false`;
    const source = file.getProject().getSourceFileOrThrow(resolve(root, node.origin.file)).getFullText();
    mistakes.reportPlace({ place: placeOf(node.origin), source }, "FG2091", {
      message: `the rule is invalid where '${name}' is absent: it asks whether that is there, and reads it as if it were`,
      fix: `leave the comparison out, and say with ?. and ?? what absence means: ${rewrite}`,
    });
  }
}

/** What a comparison with undefined or null asks for, of the fields that a host may leave out. */
function askedBy(node: Expression): readonly ReadNode[] {
  const operands =
    node.kind === "nullish" ? [node.operand] : node.kind === "compare" ? [node.left, node.right] : [];
  return operands.flatMap((one) =>
    one.kind === "read" && one.document === "input" && one.optional ? [one] : [],
  );
}

/** Whether a read needs what is at a path to be there: itself, or something below it. */
function assumes({ path, optional }: ReadNode, asked: readonly string[]): boolean {
  const isBelow = asked.every((step, index) => path[index] === step);
  return isBelow && (path.length > asked.length || !optional);
}
