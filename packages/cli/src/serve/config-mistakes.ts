import { z } from "zod";

type Issue = z.core.$ZodIssue;

/** What is wrong with a configuration, each mistake where it is. */
export function configMistakes({ issues }: z.ZodError): string {
  return z.prettifyError({ issues: issues.flatMap(inClosest) });
}

/** Of something that may have one of several forms, the mistakes in the form that it is closest to. */
function inClosest(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  const alike = issue.errors.filter((form) => !form.some(isAnotherKind));
  const [closest = []] = (alike.length > 0 ? alike : issue.errors).toSorted((a, b) => a.length - b.length);
  return closest.flatMap((one) => inClosest({ ...one, path: [...issue.path, ...one.path] }));
}

/** Whether a value is of another kind altogether: a text where a record is wanted. */
function isAnotherKind({ code, path }: Issue): boolean {
  return path.length === 0 && (code === "invalid_type" || code === "invalid_value");
}
