import { canonicalDigest } from "@forego/core";
import type { Expression, IrDerivation, IrFunction, IrRule } from "@forego/ir";

/** What the meaning of a rule, or of what is derived, is made of. */
export interface MeaningParts {
  readonly rule: Omit<IrRule | IrDerivation, "id" | "origin">;
  /** What the rule says of itself beside, as far as it changes what it does. */
  readonly terms?: unknown;
  readonly functions: readonly IrFunction[];
  readonly data: unknown;
}

/**
 * Digest of what a rule means: its effect and scope, its condition with the helpers that it calls, and the policy's
 * data where it reads them. Layout, comments and places in the source do not count.
 */
export function digestMeaning({ rule, terms, functions, data }: MeaningParts): string {
  const byId = new Map(functions.map((one) => [one.id, one]));
  const called = new Set<string>();
  let readsData = false;

  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== "object" || value === null) return value;
    const node = value as Partial<Expression>;
    if (node.kind === "read" && node.document === "data") readsData = true;
    if (node.kind === "call" && node.function !== undefined) called.add(node.function);
    const kept = Object.entries(value).filter(([name]) => !["origin", "type", "description"].includes(name));
    return Object.fromEntries(kept.map(([name, part]) => [name, strip(part)]));
  };

  const { values, ...rest } = rule as MeaningParts["rule"] & { readonly values?: IrRule["values"] };
  // named by the policy: an argument may be called as what does not count
  const named = Object.entries(values ?? {}).map(([name, value]) => [name, strip(value)]);
  const meaning = {
    ...(strip(rest) as object),
    ...(values === undefined ? {} : { values: Object.fromEntries(named) }),
  };
  const helpers: Record<string, unknown> = {};
  for (const id of called) {
    const helper = byId.get(id);
    helpers[id] = strip({ parameters: helper?.parameters, body: helper?.body });
  }
  return canonicalDigest({ meaning, terms: terms ?? null, helpers, data: readsData ? (data ?? null) : null });
}
