import type { StringShape, TextFormat } from "@forego/ir";
import { PatternRefusal, parsePattern } from "../patterns/parse-pattern.ts";
import { plainTests } from "../patterns/plain-pattern.ts";
import { re2Pattern } from "../patterns/re2-pattern.ts";
import { type Definition, SchemaProblem, unknownCheck } from "./schema-problem.ts";

/** The formats that zod checks by a regular expression, and by nothing else. */
const byPattern: ReadonlySet<unknown> = new Set([
  ...["regex", "lowercase", "uppercase", "email", "uuid", "guid", "nanoid", "cuid", "cuid2", "ulid", "xid"],
  ...["ksuid", "e164", "ipv4"],
]);

/** How versions of zod write the addresses that they take, when a policy asks for no others. */
const emailPatterns: ReadonlySet<string> = new Set([
  "^(?:[A-Za-z0-9_'+\\-]+\\.)*[A-Za-z0-9_'+\\-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$",
  "^(?!\\.)(?!.*\\.\\.)([A-Za-z0-9_'+\\-\\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$",
]);

/**
 * The shape of a text that has one format more.
 *
 * @throws SchemaProblem for a format that a guard could not check exactly.
 */
export function withFormat(shape: StringShape, check: Definition, path: readonly string[]): StringShape {
  const { format, pattern } = check;
  if (format === "datetime") return withKnown(shape, requireUtc(check, path), path);
  if (format === "url") return withKnown(shape, requireAnyUrl(check, path), path);
  const isUsual = pattern instanceof RegExp && pattern.flags === "" && emailPatterns.has(pattern.source);
  if (format === "email" && isUsual) return withKnown(shape, "email", path);
  if (byPattern.has(format) && pattern instanceof RegExp) return withPattern(shape, pattern, path);
  if (format === "starts_with") return withPattern(shape, new RegExp(`^${escaped(check.prefix)}`), path);
  if (format === "ends_with") return withPattern(shape, new RegExp(`${escaped(check.suffix)}$`), path);
  if (format === "includes" && check.position === undefined)
    return withPattern(shape, new RegExp(escaped(check.includes)), path);
  throw unknownCheck(check, path);
}

function withKnown(shape: StringShape, format: TextFormat, path: readonly string[]): StringShape {
  if (shape.format !== undefined && shape.format !== format)
    throw new SchemaProblem(path, "a guard checks one format of a text");
  return { ...shape, format };
}

function withPattern(shape: StringShape, { source, flags }: RegExp, path: readonly string[]): StringShape {
  try {
    const pattern = parsePattern(`/${source}/${flags}`);
    const re2 = plainTests(pattern) === undefined ? { re2: re2Pattern(pattern) } : {};
    return { ...shape, patterns: [...(shape.patterns ?? []), { source, flags, ...re2 }] };
  } catch (error) {
    if (!(error instanceof PatternRefusal)) throw error;
    throw new SchemaProblem(path, `a guard cannot check this regular expression: ${error.message}`);
  }
}

function requireUtc({ offset, local, precision }: Definition, path: readonly string[]): TextFormat {
  if (offset === false && local === false && precision === null) return "utc-time";
  throw new SchemaProblem(path, "a time must be plain UTC, as isoTime() declares it");
}

/** What zod asks of some part of a URL is asked by rules. */
function requireAnyUrl({ hostname, protocol, normalize }: Definition, path: readonly string[]): TextFormat {
  if (hostname === undefined && protocol === undefined && normalize !== true) return "url";
  throw new SchemaProblem(
    path,
    "a guard checks the form of a URL; compare urlScheme() and urlHost() in a rule",
  );
}

function escaped(text: unknown): string {
  return String(text).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
