/** What must hold, in words: one statement, or several of which all or any must hold. */
export type Clause =
  | { readonly kind: "statement"; readonly text: string }
  | { readonly kind: "all" | "any"; readonly parts: readonly Clause[] };

/** What always holds: nothing need hold. */
export const always: Clause = { kind: "all", parts: [] };

/** What never holds. */
export const never: Clause = { kind: "any", parts: [] };

export const statement = (text: string): Clause => ({ kind: "statement", text });
export const all = (...parts: readonly Clause[]): Clause => join("all", parts);
export const any = (...parts: readonly Clause[]): Clause => join("any", parts);

function join(kind: "all" | "any", parts: readonly Clause[]): Clause {
  const [settled, neutral] = kind === "all" ? [never, always] : [always, never];
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  const [only, ...others] = flat;
  if (only === undefined) return neutral;
  if (flat.includes(settled)) return settled;
  return others.length === 0 ? only : { kind, parts: flat };
}

/** A clause within a sentence. */
export function inline(clause: Clause): string {
  if (clause.kind === "statement") return clause.text;
  if (clause.parts.length === 0) return clause.kind === "all" ? "always" : "never";
  const parts = clause.parts.map((part) => {
    const text = inline(part);
    return part.kind !== "statement" || /: | and | or /.test(text) ? `(${text})` : text;
  });
  return parts.join(clause.kind === "all" ? " and " : " or ");
}

/** A sentence that ends with a clause: on one line, or with a list below it where that is easier to read. */
export function sentence(beginning: string, clause: Clause): readonly string[] {
  if (clause.kind === "statement" || clause.parts.length === 0) return [`${inOneLine(beginning, clause)}.`];
  return [`${beginning} when ${headOf(clause.kind)}`, ...list(clause.parts)];
}

/** The same on one line, without the full stop. */
export function inOneLine(beginning: string, clause: Clause): string {
  const isSettled = clause.kind !== "statement" && clause.parts.length === 0;
  // a beginning with a phase ends with a comma of its own
  return isSettled
    ? `${beginning.replace(/,$/, "")}, ${inline(clause)}`
    : `${beginning} when ${inline(clause)}`;
}

function headOf(kind: "all" | "any"): string {
  return kind === "all" ? "all of these hold:" : "any of these holds:";
}

function list(parts: readonly Clause[]): readonly string[] {
  return parts.flatMap((part) =>
    part.kind === "statement"
      ? [`- ${part.text}`]
      : [`- ${headOf(part.kind)}`, ...list(part.parts).map((line) => `  ${line}`)],
  );
}
