import type { Expression, RegoNode } from "@forego/ir";
import {
  type Body,
  call,
  compare,
  emptySet,
  holds,
  not,
  reference,
  type Statement,
  scalar,
  type Term,
} from "../rego/ast.ts";
import { bindMinus } from "./bind-minus.ts";
import { lowerIntrinsic, lowerTimeOrder } from "./lower-intrinsic.ts";
import { lowerMembers } from "./lower-members.ts";
import { lowerMadeOf, textTests } from "./lower-text.ts";
import { bindValue, callFunction, lowerValue } from "./lower-value.ts";
import { isCondition, type Lowering, type LoweringScope } from "./lowering.ts";
import { preludeCall } from "./prelude-call.ts";
import { canBeNull } from "./presence.ts";

/** One statement that is true or not: over bound variables, so that it can be negated. */
export function lowerTest(
  node: Expression,
  scope: LoweringScope,
  lowering: Lowering,
  wanted: boolean,
): readonly Body[] {
  const before: Statement[] = [];
  const operand = (child: Expression) =>
    wanted ? lowerValue(child, scope, lowering, before) : bindValue(child, scope, lowering, before);
  const test = (statement: Statement): readonly Body[] => [[...before, wanted ? statement : not(statement)]];
  switch (node.kind) {
    case "includes": {
      const members = lowerMembers(node, scope, lowering);
      if (members !== undefined) {
        const key = bindValue(node.value, scope, lowering, before);
        return test(holds({ kind: "lookup", set: members, key }));
      }
      const value = operand(node.value);
      const array = operand(node.array);
      return test(compare(bindMinus(value, lowering, before), "in", array));
    }
    case "text-test":
      return test(holds(call(textTests[node.test], operand(node.text), operand(node.part))));
    case "has-key": {
      const record = lowerValue(node.record, scope, lowering, before);
      const key = lowerValue(node.key, scope, lowering, before);
      const found = preludeCall("get", lowering, record, key);
      return [[...before, compare(found, wanted ? "!=" : "==", emptySet)]];
    }
    case "pattern-test":
      return test(holds(call("regex.match", scalar(node.re2), operand(node.text))));
    case "made-of":
      return lowerMadeOf(node, bindValue(node.text, scope, lowering, before), before, wanted);
    case "rego":
      return test(compare(scalar(nameOf(node)), "in", reference("data", ...node.package, "hits")));
    case "intrinsic": {
      if (isCondition(node)) {
        const order = lowerTimeOrder(node, operand, wanted, lowering);
        return order === undefined
          ? test(holds(lowerIntrinsic(node, operand, lowering)))
          : [[...before, order]];
      }
      const isHeld = compareTruth(operand(node), wanted, node);
      return [[...before, isHeld]];
    }
    case "call": {
      const called = callFunction(node, lowering, operand);
      if (called.isCondition) return test(holds(called.term));
      return [[...before, compareTruth(called.term, wanted, node)]];
    }
    default: {
      const term = operand(node);
      return [[...before, compareTruth(term, wanted, node)]];
    }
  }
}

/** What a rule is called in its policy. */
function nameOf({ rule }: RegoNode): string {
  return rule.split(".").at(-1) ?? "";
}

/** Only true is true: null and undefined are not, and so not false either. */
function compareTruth(term: Term, wanted: boolean, node: Expression): Statement {
  if (wanted) return compare(term, "==", scalar(true));
  const mayBeAbsent = node.type.undefinable || canBeNull(node);
  return mayBeAbsent ? compare(term, "!=", scalar(true)) : compare(term, "==", scalar(false));
}
