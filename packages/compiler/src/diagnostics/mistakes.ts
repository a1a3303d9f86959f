import { existsSync, readFileSync } from "node:fs";
import type { Node, SourceFile } from "ts-morph";
import type { DiagnosticCode } from "./codes.ts";
import { createDiagnostic, type Diagnostic, type DiagnosticText, formatDiagnostic } from "./diagnostic.ts";
import { jsonPlace } from "./json-place.ts";
import { fileName, placeOf, type SourcedPlace, stretchOf } from "./place-of.ts";
import { Refusal } from "./refusal.ts";

/** Collects mistakes while a folder is compiled. */
export interface Mistakes {
  /** Errors: while there is one, nothing is written. */
  readonly all: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  report(node: Node, code: DiagnosticCode, text?: DiagnosticText): void;
  /** Reports a mistake between two positions of a file. */
  reportStretch(
    file: SourceFile,
    start: number,
    end: number,
    code: DiagnosticCode,
    text?: DiagnosticText,
  ): void;
  /** Reports a mistake in a JSON file, at the value that a path leads to. */
  reportJson(file: string, path: readonly string[], code: DiagnosticCode, text?: DiagnosticText): void;
  /** Reports a mistake in a file of another language, whose text is given. */
  reportPlace(at: SourcedPlace, code: DiagnosticCode, text?: DiagnosticText): void;
  /** Runs work that refuses by throwing; what it refuses is reported, and the answer is `undefined`. */
  guard<TResult>(work: () => TResult): TResult | undefined;
  /** The same, of work that takes its time. */
  guardLater<TResult>(work: () => Promise<TResult>): Promise<TResult | undefined>;
}

/** Makes an empty collection for a policy folder. */
export function createMistakes(root: string): Mistakes {
  const all: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  const known = new Set<string>();
  /** A helper that two rules call is read twice, and its mistake is still one. */
  const add = (diagnostic: Diagnostic): void => {
    const text = formatDiagnostic(diagnostic);
    if (!known.has(text)) (diagnostic.severity === "error" ? all : warnings).push(diagnostic);
    known.add(text);
  };

  const reportStretch: Mistakes["reportStretch"] = (file, start, end, code, text) => {
    add(createDiagnostic(code, placeOf(stretchOf(file, start, end, root)), file.getFullText(), text));
  };

  const report: Mistakes["report"] = (node, code, text) => {
    reportStretch(node.getSourceFile(), node.getStart(), node.getEnd(), code, text);
  };

  const refused = (error: unknown): undefined => {
    if (!(error instanceof Refusal)) throw error;
    report(error.node, error.code, error.text);
  };

  return {
    all,
    warnings,
    report,
    reportStretch,
    reportJson(file, path, code, text) {
      const source = existsSync(file) ? readFileSync(file, "utf8") : "";
      add(createDiagnostic(code, { file: fileName(file, root), ...jsonPlace(source, path) }, source, text));
    },
    reportPlace({ place, source }, code, text) {
      add(createDiagnostic(code, place, source, text));
    },
    guard(work) {
      try {
        return work();
      } catch (error) {
        return refused(error);
      }
    },
    guardLater: (work) => work().catch(refused),
  };
}
