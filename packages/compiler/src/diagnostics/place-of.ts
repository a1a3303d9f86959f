import { relative } from "node:path";
import type { Origin } from "@forego/ir";
import type { Node, SourceFile } from "ts-morph";
import type { DiagnosticPlace } from "./diagnostic.ts";

/** The stretch between two positions of a file, below a folder. */
export function stretchOf(file: SourceFile, start: number, end: number, root: string): Origin {
  // through TypeScript, which remembers where lines begin: ts-morph counts them from the top each time
  const first = file.compilerNode.getLineAndCharacterOfPosition(start);
  const last = file.compilerNode.getLineAndCharacterOfPosition(end);
  return {
    file: fileName(file.getFilePath(), root),
    line: first.line + 1,
    column: first.character + 1,
    endLine: last.line + 1,
    endColumn: last.character + 1,
  };
}

/** Where something stands, and the text of that file: for mistakes that show when policies are linked. */
export interface SourcedPlace {
  readonly place: DiagnosticPlace;
  readonly source: string;
}

/** Where a node stands, with the text of its file. */
export function sourcedPlaceOf(node: Node, root: string): SourcedPlace {
  return { place: placeOf(stretchOfNode(node, root)), source: node.getSourceFile().getFullText() };
}

/** A stretch as a diagnostic shows it: on its first line. */
export function placeOf({ file, line, column, endLine, endColumn }: Origin): DiagnosticPlace {
  return { file, line, column, endColumn: endLine === line ? endColumn : Number.MAX_SAFE_INTEGER };
}

/** The stretch that a node takes up. */
export function stretchOfNode(node: Node, root: string): Origin {
  return stretchOf(node.getSourceFile(), node.getStart(), node.getEnd(), root);
}

/** A file's path below a folder, as diagnostics and releases name it. */
export function fileName(path: string, root: string): string {
  return relative(root, path).replaceAll("\\", "/");
}
