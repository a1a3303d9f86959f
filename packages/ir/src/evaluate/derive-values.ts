import type { IrRelease } from "../ir-release.ts";
import type { DerivedValues } from "../read-derived.ts";
import { evaluateExpression, type Observe } from "./evaluate-expression.ts";
import type { SearchedLists } from "./searched-lists.ts";

/** What a release derives from an input: each value is computed when it is first read, and once. */
export function deriveValues(release: IrRelease, input: unknown, observe?: Observe): DerivedValues {
  const known = new Map<string, unknown>();
  const searched: SearchedLists = new WeakMap();

  const derive = (field: string): unknown => {
    for (const { derivations, functions, data } of release.policies) {
      const value = derivations.find((one) => one.field === field)?.value;
      if (value === undefined) continue;
      const byId = new Map(functions.map((one) => [one.id, one]));
      return evaluateExpression(value, {
        input,
        data,
        functions: byId,
        locals: new Map(),
        searched,
        observe,
      });
    }
    throw new Error(`no policy of the release derives ${field}`);
  };

  return (field) => {
    if (!known.has(field)) known.set(field, derive(field));
    return known.get(field);
  };
}
