import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Node } from "ts-morph";
import type { DiagnosticCode } from "./codes.ts";
import { createDiagnostic, type Diagnostic, type DiagnosticText } from "./diagnostic.ts";
import { Refusal } from "./refusal.ts";

/** Collects mistakes while a folder is compiled. */
export interface Mistakes {
  readonly all: readonly Diagnostic[];
  report(node: Node, code: DiagnosticCode, text?: DiagnosticText): void;
  /** Reports a mistake in a file that is not TypeScript. */
  reportFile(path: string, code: DiagnosticCode, text?: DiagnosticText): void;
  /** Runs work that refuses by throwing; what it refuses is reported, and the answer is `undefined`. */
  guard<TResult>(work: () => TResult): TResult | undefined;
}

/** Makes an empty collection for a policy folder. */
export function createMistakes(root: string): Mistakes {
  const all: Diagnostic[] = [];
  const name = (path: string) => relative(root, path).replaceAll("\\", "/");

  const report = (node: Node, code: DiagnosticCode, text?: DiagnosticText): void => {
    const file = node.getSourceFile();
    const start = file.getLineAndColumnAtPos(node.getStart());
    const end = file.getLineAndColumnAtPos(node.getEnd());
    const endColumn = end.line === start.line ? end.column : Number.MAX_SAFE_INTEGER;
    const place = { file: name(file.getFilePath()), line: start.line, column: start.column, endColumn };
    all.push(createDiagnostic(code, place, file.getFullText(), text));
  };

  return {
    all,
    report,
    reportFile(path, code, text) {
      const place = { file: name(path), line: 1, column: 1, endColumn: 2 };
      all.push(createDiagnostic(code, place, existsSync(path) ? readFileSync(path, "utf8") : "", text));
    },
    guard(work) {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        report(error.node, error.code, error.text);
        return undefined;
      }
    },
  };
}
