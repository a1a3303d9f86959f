import { type Expression, membersOf } from "@forego/ir";
import { reference, scalar, type Term } from "../rego/ast.ts";
import type { Lowering } from "./lowering.ts";
import { get } from "./prelude-call.ts";

/** A path into the input, the data, or what is derived. */
export function lowerRead(node: Extract<Expression, { kind: "read" }>, lowering: Lowering): Term {
  if (node.document === "derived") return lowerDerived(node, lowering);
  const path = node.document === "input" ? node.path : [...lowering.dataPath, ...node.path];
  if (!node.optional) return reference(node.document, ...path);
  return get(reference(node.document, ...path.slice(0, -1)), scalar(path.at(-1) ?? ""), lowering);
}

/** A path into what is derived, or an object of all of it. A field that is undefined is `set()`, as any value. */
function lowerDerived(
  { path, optional, type }: Extract<Expression, { kind: "read" }>,
  lowering: Lowering,
): Term {
  const ruleOf = (field: string): readonly string[] => {
    const rule = lowering.derived.get(field);
    if (rule === undefined) throw new Error(`no policy derives ${field}`);
    return rule;
  };
  const [field, ...rest] = path;
  if (field === undefined) {
    const names = membersOf(type.shape).flatMap((shape) =>
      shape.kind === "object" ? Object.keys(shape.properties) : [],
    );
    return { kind: "object", entries: names.map((name) => [name, reference("data", ...ruleOf(name))]) };
  }
  const rule = ruleOf(field);
  const last = rest.at(-1);
  if (!optional || last === undefined) return reference("data", ...rule, ...rest);
  return get(reference("data", ...rule, ...rest.slice(0, -1)), scalar(last), lowering);
}
