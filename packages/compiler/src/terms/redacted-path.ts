import type { Node } from "ts-morph";
import { refuse } from "../diagnostics/refusal.ts";

const step = /(?:\.[A-Za-z_$][A-Za-z0-9_$-]*|\[\*\])/;
const path = new RegExp(`^(?:args(?:\\.[A-Za-z_$][A-Za-z0-9_$-]*)|result)${step.source}*$`);

/** Whether this says what to take out: `args.to`, `result`, `result.rows[*].ssn`. */
export function isRedactablePath(value: unknown): value is string {
  return typeof value === "string" && value.length <= 1000 && path.test(value);
}

/** Whether what a path names is in the result. */
export function isResultPath(path: string): boolean {
  return path.startsWith("result");
}

/** The phases in which there is something at the paths. */
export function phasesOfPaths(paths: readonly string[]): readonly string[] {
  return [
    ...(paths.some((one) => !isResultPath(one)) ? ["tool_call"] : []),
    ...(paths.some(isResultPath) ? ["tool_result"] : []),
  ];
}

/** Refuses phases that have nothing at a path: nothing would be taken out there. */
export function checkPhasesOfPaths(paths: readonly string[], on: readonly string[], node: Node): void {
  const absent = (path: string, where: string, fix: string): never =>
    refuse(node, "FG1026", `there is nothing at '${path}' ${where}`, fix);
  const add = (phase: string) => `add "${phase}" to \`on\`, or leave \`on\` out`;
  for (const path of paths) {
    if (isResultPath(path)) {
      if (!on.includes("tool_result")) absent(path, "then", add("tool_result"));
      const isElsewhere = on.some((phase) => phase !== "tool_call" && phase !== "tool_result");
      const fix = "leave out of `on` what is neither tool_call nor tool_result";
      if (isElsewhere) absent(path, "in other phases than tool_result", fix);
    } else if (on.length === 1 && on.includes("tool_result")) absent(path, "then", add("tool_call"));
  }
}
