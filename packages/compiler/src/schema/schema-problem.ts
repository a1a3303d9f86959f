/** A schema that a guard could not check exactly. The path is within the schema. */
export class SchemaProblem extends Error {
  readonly path: readonly string[];
  /** What to write instead, where that is known. */
  readonly fix: string | undefined;

  constructor(path: readonly string[], problem: string, fix?: string) {
    super(problem);
    this.path = path;
    this.fix = fix;
  }
}

/** What zod 4 keeps of a schema, or of a check. */
export type Definition = Readonly<Record<string, unknown>> & { readonly type: string };

const namedChecks: Readonly<Record<string, string>> = {
  custom: "a refinement",
  overwrite: "a transform such as trim()",
  multiple_of: "multiples",
};

/** The problem with a check that guards do not have. */
export function unknownCheck({ check, format }: Definition, path: readonly string[]): SchemaProblem {
  const known = namedChecks[String(check)];
  const what = known ?? (format === undefined ? `'${String(check)}'` : `the format '${String(format)}'`);
  return new SchemaProblem(path, `a guard cannot check ${what}`);
}
