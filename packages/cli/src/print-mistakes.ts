import { type Diagnostic, formatDiagnostic } from "@forego/compiler";
import type { Terminal } from "./terminal.ts";

/** Prints mistakes for people, and answers with how many they are. */
export function printMistakes(diagnostics: readonly Diagnostic[], terminal: Terminal): string {
  for (const diagnostic of diagnostics) terminal.error(`${formatDiagnostic(diagnostic)}\n`);
  const files = new Set(diagnostics.map(({ file }) => file)).size;
  return `${countOf(diagnostics.length, "mistake")} in ${countOf(files, "file")}`;
}

/** A number with its noun. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
