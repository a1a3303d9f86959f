import { releaseSourceMap, type SourcePlace } from "./release-file.ts";

/** What {@link originOf} looks in: a release that was read, or one that was just linked. */
interface WithSourceMap {
  readonly sourceMap: unknown;
}

/**
 * The place in TypeScript that a line of a release's Rego was made from; `undefined` for lines that no single place
 * accounts for, such as guards that rules share. `file` is a path within the release, lines count from 1.
 */
export function originOf({ sourceMap }: WithSourceMap, file: string, line: number): SourcePlace | undefined {
  const known = releaseSourceMap.safeParse(sourceMap).data;
  const rules = known !== undefined && Object.hasOwn(known, file) ? known[file] : undefined;
  return rules?.findLast((rule) => rule.line <= line)?.origin;
}
