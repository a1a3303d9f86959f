import { type Project, type SourceFile, ts } from "ts-morph";
import type { Mistakes } from "../diagnostics/mistakes.ts";

/** Reports what TypeScript itself finds wrong with files: a policy with type errors does not compile. */
export function reportTypeErrors(project: Project, files: readonly SourceFile[], mistakes: Mistakes): void {
  const program = project.getProgram().compilerObject;
  for (const file of files) {
    const found = [
      ...program.getSyntacticDiagnostics(file.compilerNode),
      ...program.getSemanticDiagnostics(file.compilerNode),
    ];
    for (const { start, messageText } of found) {
      const node = start === undefined ? undefined : file.getDescendantAtPos(start);
      mistakes.report(node ?? file, "FG1001", {
        message: ts.flattenDiagnosticMessageText(messageText, "\n"),
      });
    }
  }
}
