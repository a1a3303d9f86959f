import { type Expression, membersOf, type Shape } from "@forego/ir";
import { Node, type Statement, type SwitchStatement } from "ts-morph";
import { refuse } from "../../diagnostics/refusal.ts";
import { booleanType, isPrimitive, requireKnown } from "../../types/value-types.ts";
import { conditional, letNode, or, unreachable } from "../build-expression.ts";
import { isStatic } from "../function-registry.ts";
import { keepReads, lookedInto } from "../keep-reads.ts";
import { visitExpression, visitTolerant } from "../visit.ts";
import { localNode, originOf, type VisitContext } from "../visit-context.ts";
import { visitNarrowed } from "../visit-narrowed.ts";
import { isAbsence } from "../visitors/binary.ts";
import { alwaysLeaves, type Reading, shareNext, visitStatements } from "./statements.ts";

/** Clauses that share their statements: all but the last have none of their own. */
interface Group {
  readonly labels: readonly Node[];
  readonly isDefault: boolean;
  readonly statements: readonly Statement[];
  readonly clause: Node;
}

/** Reads `switch`: a chain of conditionals over a value that is read once, with the default at its end, wherever it is written. */
export function visitSwitch(
  statement: SwitchStatement,
  rest: readonly Statement[],
  context: VisitContext,
  reading: Reading,
): Expression {
  const groups = groupsOf(statement);
  const node = statement.getExpression();
  const asksPresence = groups.some(({ labels }) => labels.some(isAbsence));
  const value = asksPresence ? visitTolerant(node, context) : visitNarrowed(node, context);
  if (!asksPresence) requireKnown(value, node);
  const isNamed = isStatic(value) || value.kind === "local";
  const local = isNamed ? undefined : context.fresh("chosen");
  const subject = local === undefined ? value : localNode(local, value.type, value.origin);
  const follows = shareNext((inside) => visitStatements(rest, inside, reading), context);
  const inner: Reading = { ...reading, next: follows.next, onBreak: follows.next };
  const read = (group: Group) => visitStatements(group.statements, context, inner);

  const cases = groups
    .filter(({ isDefault }) => !isDefault)
    .map((group) => ({ group, labels: group.labels.map((label) => visitExpression(label, context)) }));
  const byDefault = groups.find(({ isDefault }) => isDefault);
  const isWhole = covers(
    subject,
    cases.flatMap(({ labels }) => labels),
  );
  const last = byDefault === undefined ? (isWhole ? unreachable : follows.next(context)) : read(byDefault);
  const chain = cases.reduceRight<Expression>((otherwise, { group, labels }) => {
    const test = labels
      .map((label) => equals(subject, label, group.clause, context))
      .reduce((left, right) => or(left, right));
    const origin = originOf(group.clause, context);
    const answer = read(group);
    // where all cases say the same, the value is read all the same: another one than its schema has makes the rule invalid
    if (cases.length === 1 && otherwise === unreachable)
      return { kind: "conditional", test, whenTrue: answer, whenFalse: answer, type: answer.type, origin };
    return conditional(test, answer, otherwise, origin);
  }, last);
  const body = follows.bind(chain);
  return local === undefined
    ? keepReads(lookedInto(value, context), body, context)
    : letNode(local, value, body);
}

function groupsOf(statement: SwitchStatement): readonly Group[] {
  const clauses = statement.getClauses();
  const groups: Group[] = [];
  let labels: Node[] = [];
  let isDefault = false;
  for (const clause of clauses) {
    if (Node.isCaseClause(clause)) labels.push(clause.getExpression());
    else isDefault = true;
    const statements = clause.getStatements();
    const isLast = clause === clauses.at(-1);
    if (statements.length === 0 && !isLast) continue;
    if (!isLast && !statements.some(alwaysLeaves)) return refuse(clause, "FG2030");
    groups.push({ labels, isDefault, statements, clause });
    [labels, isDefault] = [[], false];
  }
  return groups;
}

function equals(subject: Expression, label: Expression, node: Node, context: VisitContext): Expression {
  if (!isPrimitive(subject.type) && !isPrimitive(label.type)) return refuse(node, "FG2003");
  const origin = originOf(node, context);
  return { kind: "compare", operator: "===", left: subject, right: label, type: booleanType, origin };
}

/** Whether a value is always one of the labels: by what its schema says, not by what TypeScript concludes on the way. */
function covers(subject: Expression, labels: readonly Expression[]): boolean {
  const named = labels.flatMap((label) => (label.kind === "literal" ? [label.value] : []));
  const members = membersOf(subject.type.shape);
  return (
    !subject.type.undefinable &&
    members.length > 0 &&
    members.every((member) => valuesOf(member)?.every((value) => named.includes(value)) ?? false)
  );
}

/** All values of a shape, where they are few. */
function valuesOf(shape: Shape): readonly (string | number | boolean | null)[] | undefined {
  if (shape.kind === "boolean") return [true, false];
  return shape.kind === "literal" ? [shape.value] : undefined;
}
