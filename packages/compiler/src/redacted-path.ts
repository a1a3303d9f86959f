const step = /(?:\.[A-Za-z_$][A-Za-z0-9_$-]*|\[\*\])/;
const path = new RegExp(`^(?:args(?:\\.[A-Za-z_$][A-Za-z0-9_$-]*)|result)${step.source}*$`);

/** Whether this says what to take out: `args.to`, `result`, `result.rows[*].ssn`. */
export function isRedactablePath(value: unknown): value is string {
  return typeof value === "string" && value.length <= 1000 && path.test(value);
}

/** The phases in which there is something at the paths. */
export function phasesOfPaths(paths: readonly string[]): readonly string[] {
  const isResult = (one: string) => one.startsWith("result");
  return [
    ...(paths.some((one) => !isResult(one)) ? ["tool_call"] : []),
    ...(paths.some(isResult) ? ["tool_result"] : []),
  ];
}
