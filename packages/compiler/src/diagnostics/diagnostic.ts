import { type CodeText, type DiagnosticCode, diagnosticCodes } from "./codes.ts";

/** Where a mistake is. Lines and columns count from 1. */
export interface DiagnosticPlace {
  /** Relative to the policy folder. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The column after the last character, on the first line. */
  readonly endColumn: number;
}

/** A mistake in a policy: while there is an error, nothing is written. */
export interface Diagnostic extends DiagnosticPlace {
  readonly code: DiagnosticCode;
  readonly severity: "error" | "warning";
  /** What is wrong, with what. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
  /** The line in question, with carets below the place; empty when the file has no such line. */
  readonly frame: string;
}

/** What a diagnostic says, beside where. */
export interface DiagnosticText {
  /** Defaults to the code's title. */
  readonly message?: string;
  /** Defaults to the code's fix. */
  readonly fix?: string;
}

/** Makes a diagnostic, with the code frame of its place. */
export function createDiagnostic(
  code: DiagnosticCode,
  place: DiagnosticPlace,
  source: string,
  text: DiagnosticText = {},
): Diagnostic {
  const known: CodeText = diagnosticCodes[code];
  const { title, fix, severity = "error" } = known;
  return {
    code,
    severity,
    message: text.message ?? title,
    fix: text.fix ?? fix,
    ...place,
    frame: codeFrame(place, source),
  };
}

/** Writes a diagnostic as people read it: place, code, message, code frame, help. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, severity, code, message, fix, frame } = diagnostic;
  const head = `${file}:${line}:${column} - ${severity} ${code}: ${message}`;
  return [head, ...(frame === "" ? [] : ["", frame]), `     = help: ${fix}`].join("\n");
}

function codeFrame({ line, column, endColumn }: DiagnosticPlace, source: string): string {
  const text = source.split("\n")[line - 1]?.replace(/\r$/, "");
  if (text === undefined) return "";
  const width = Math.max(1, Math.min(endColumn, text.length + 1) - column);
  // a tab stays a tab, so that the carets stand below what they mean
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return `${String(line).padStart(4)} | ${text}\n     | ${indent}${"^".repeat(width)}`;
}
