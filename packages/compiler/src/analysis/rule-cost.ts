import { resolve } from "node:path";
import type { Expression, IrFunction } from "@forego/ir";
import type { SourceFile } from "ts-morph";
import type { DiagnosticPlace } from "../diagnostics/diagnostic.ts";
import type { Mistakes } from "../diagnostics/mistakes.ts";
import { placeOf } from "../diagnostics/place-of.ts";
import { boundSteps } from "./step-bound.ts";

/** What the evaluation of a rule can take, for inputs at every maximum. */
export interface RuleCost {
  readonly steps: number;
  /** The loop that takes the most of them, and the text of its file. */
  readonly loop?: { readonly steps: number; readonly place: DiagnosticPlace; readonly source: string };
}

/** The programs of a rule, with what they call and where they stand. */
interface Costed {
  readonly programs: readonly Expression[];
  readonly functions: readonly IrFunction[];
  /** The policy folder, absolute. */
  readonly root: string;
  /** A file of the project that all of it is in. */
  readonly file: SourceFile;
}

/** The steps of a loop from which on an author is warned: about half a second. */
const manySteps = 10_000_000;

/** Bounds what a rule takes, and warns of a loop that could hold up the process that decides. */
export function costOfRule({ programs, functions, root, file }: Costed, mistakes: Mistakes): RuleCost {
  const bounds = programs.map((program) => boundSteps(program, functions));
  const steps = bounds.reduce((sum, bound) => sum + bound.steps, 0);
  const loops = bounds.flatMap(({ loop }) => loop ?? []);
  const loop = loops.toSorted((one, other) => other.steps - one.steps)[0];
  if (loop === undefined) return { steps };
  const { origin } = loop;
  const source = file.getProject().getSourceFileOrThrow(resolve(root, origin.file));
  if (loop.steps > manySteps) {
    const at = (line: number, column: number) =>
      source.compilerNode.getPositionOfLineAndCharacter(line - 1, column - 1);
    const stretch = [at(origin.line, origin.column), at(origin.endLine, origin.endColumn)] as const;
    const message = `this loop could take ${inDigits(loop.steps)} steps, where its lists are as long as they may be`;
    mistakes.reportStretch(source, ...stretch, "FG2090", { message });
  }
  return { steps, loop: { steps: loop.steps, place: placeOf(origin), source: source.getFullText() } };
}

/** A number as people read it, such as 1,000,000. */
export function inDigits(count: number): string {
  return Math.ceil(count).toLocaleString("en-US");
}
