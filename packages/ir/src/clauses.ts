import { expressionsOf } from "./children.ts";
import { type IrPolicy, programsOf } from "./ir-release.ts";
import type { Expression } from "./nodes.ts";
import { membersOf, type Shape } from "./shape.ts";

/** One atomic condition of a policy: a leaf of the boolean structure of a rule, or of a helper function. */
export interface Clause {
  /** The id of the rule or of what is derived, or the helper function's as `category.policy.function()`. */
  readonly owner: string;
  readonly node: Expression;
}

/** What puts conditions together, or names one: true and false by its parts. */
const composites: ReadonlySet<Expression["kind"]> = new Set([
  ...(["and", "or", "not", "conditional", "coalesce", "let"] as const),
  ...(["literal", "undefined"] as const),
]);

/** Every atomic condition of a policy, those inside of callbacks and values included. */
export function clausesOf({ category, name, derivations, rules, functions }: IrPolicy): readonly Clause[] {
  const own = (owner: string, root: Expression) => {
    const all = [...expressionsOf([root])];
    const operands = new Set(all.flatMap(operandsOf));
    const named = new Set(all.flatMap((node) => (node.kind === "let" ? [node.local] : [])));
    const isAtomic = (node: Expression) =>
      !composites.has(node.kind) && !operands.has(node) && !(node.kind === "local" && named.has(node.local));
    return all.filter((node) => isAtomic(node) && isBoolean(node)).map((node): Clause => ({ owner, node }));
  };
  return [
    ...derivations.flatMap(({ id, value }) => own(id, value)),
    ...rules.flatMap((rule) => programsOf(rule).flatMap((program) => own(rule.id, program))),
    ...functions.flatMap((one) => own(`${category}.${name}.${one.name}()`, one.body)),
  ];
}

/** What a comparison compares: the comparison is the clause, and not its sides. And what the tests around have told. */
function operandsOf(node: Expression): readonly Expression[] {
  if (node.kind === "conditional" && node.assumed) return [...expressionsOf([node.test])];
  if (node.kind === "compare") return [node.left, node.right];
  return node.kind === "nullish" ? [node.operand] : [];
}

/** Whether a value is true or false, wherever it is there. */
function isBoolean({ type }: Expression): boolean {
  const members = membersOf(type.shape).filter(
    (member) => member.kind !== "literal" || member.value !== null,
  );
  return members.length > 0 && members.every(isTruth);
}

function isTruth(shape: Shape): boolean {
  return shape.kind === "boolean" || (shape.kind === "literal" && typeof shape.value === "boolean");
}
