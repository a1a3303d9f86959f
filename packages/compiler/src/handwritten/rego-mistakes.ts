import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { DiagnosticPlace, DiagnosticText } from "../diagnostics/diagnostic.ts";
import type { Mistakes } from "../diagnostics/mistakes.ts";
import type { RegoLocation } from "./rego-syntax.ts";

/** A Rego file, as the policy folder has it. */
export interface RegoFileText {
  /** Relative to the policy folder. */
  readonly file: string;
  readonly text: string;
}

/** Reports mistakes in one Rego file. */
export type ReportRego = (at: RegoLocation | undefined, code: DiagnosticCode, text: DiagnosticText) => void;

/** Reports what is wrong with a Rego file where it stands there. */
export function reportIn(file: RegoFileText, mistakes: Mistakes): ReportRego {
  return (at, code, text) =>
    mistakes.reportPlace({ place: regoPlace(file.file, at), source: file.text }, code, text);
}

/** A place of a Rego file, as diagnostics name it; without one, the beginning. */
export function regoPlace(file: string, at: RegoLocation | undefined): DiagnosticPlace {
  const { row: line, col: column, text = "" } = at ?? { row: 1, col: 1 };
  const [first = ""] = Buffer.from(text, "base64").toString("utf8").split("\n");
  return { file, line, column, endColumn: column + Math.max(1, first.length) };
}
