import type { Body, Term } from "../rego/ast.ts";
import { usedVariables } from "./free-variables.ts";

/**
 * Drops bindings that nothing reads. Every value is defined, so a binding never decides whether a body holds, and
 * `opa check --strict` wants none that is not used. The item of an iteration becomes `_`.
 */
export function dropUnused(body: Body, result?: Term): Body {
  const kept = body.filter((statement, index) => {
    if (statement.kind !== "assign") return true;
    return usedVariables(body.slice(index + 1), result).has(statement.variable);
  });
  if (kept.length < body.length) return dropUnused(kept, result);
  return kept.map((statement, index) => {
    if (statement.kind !== "some") return statement;
    const used = usedVariables(kept.slice(index + 1), result);
    const { key, item, collection } = statement;
    return {
      kind: "some",
      ...(key !== undefined && used.has(key) ? { key } : {}),
      item: used.has(item) ? item : "_",
      collection,
    };
  });
}
