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
