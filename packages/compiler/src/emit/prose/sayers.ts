import type { CallNode, CoalesceNode, ConditionalNode, Expression, IrFunction } from "@forego/ir";
import { isAlways, nonNullish } from "../../types/value-types.ts";
import { all, always, any, type Clause, inline, never, statement } from "./clause.ts";
import { intrinsicSayers } from "./intrinsic-sayers.ts";
import { listSayers, sayEntryAt, saySearched } from "./list-sayers.ts";
import { numberSayers } from "./number-sayers.ts";
import {
  isCondition,
  isShort,
  named,
  nameOfEntry,
  type Sayer,
  type Speech,
  sayCondition,
  sayValue,
  withEntry,
  withValue,
} from "./say.ts";
import { sayAbsence, sayPresence, sayPresent } from "./say-presence.ts";
import { sayComparison, sayInclusion, sayQuantifier } from "./say-statement.ts";
import { textSayers } from "./text-sayers.ts";

type NodeOf<TKind> = Expression extends infer TNode
  ? TNode extends { readonly kind: infer TKinds }
    ? TKind extends TKinds
      ? TNode
      : never
    : never
  : never;

/** How each kind of expression is said. A kind that is not here does not compile. */
export const sayers: { readonly [TKind in Expression["kind"]]: Sayer<NodeOf<TKind>> } = {
  literal: {
    value: ({ value }) => JSON.stringify(value),
    condition: ({ value }, truth) => ((value === true) === truth ? always : never),
  },
  list: { value: ({ items }) => items.map(({ value }) => JSON.stringify(value)).join(", ") || "nothing" },
  undefined: { value: () => "nothing" },
  read: { value: ({ document, path }) => [...(document === "input" ? [] : [document]), ...path].join(".") },
  local: {
    value: ({ local }, { locals }) => phraseOf(local, locals).value,
    condition: ({ local }, truth, { locals }) => phraseOf(local, locals).condition(truth),
  },
  property: {
    value: ({ object, name }, speech) => {
      const whole = sayValue(object, speech);
      return whole.includes(" ") ? `${name} of ${whole}` : `${whole}.${name}`;
    },
  },
  entry: {
    value: ({ record, key }, speech) =>
      isAlways(nonNullish(record.type), "array")
        ? sayEntryAt(record, key, speech)
        : `the entry for ${sayValue(key, speech)} of ${sayValue(record, speech)}`,
  },
  "has-key": {
    condition: ({ record, key }, truth, speech) =>
      statement(`${sayValue(record, speech)} has ${truth ? "an" : "no"} entry for ${sayValue(key, speech)}`),
  },
  not: { condition: ({ operand }, truth, speech) => sayCondition(operand, !truth, speech) },
  and: {
    condition: ({ left, right }, truth, speech) =>
      (truth ? all : any)(sayCondition(left, truth, speech), sayCondition(right, truth, speech)),
  },
  or: {
    condition: ({ left, right }, truth, speech) =>
      (truth ? any : all)(sayCondition(left, truth, speech), sayCondition(right, truth, speech)),
  },
  conditional: {
    value: (node, speech) => {
      if (node.assumed) return sayValue(node.whenTrue, speech);
      if (isCondition(node)) return `whether ${inline(sayChoice(node, true, speech))}`;
      const condition = inline(sayCondition(node.test, true, speech));
      return `(${sayValue(node.whenTrue, speech)} if ${condition}, else ${sayValue(node.whenFalse, speech)})`;
    },
    condition: (node, truth, speech) =>
      node.assumed ? sayCondition(node.whenTrue, truth, speech) : sayChoice(node, truth, speech),
  },
  coalesce: {
    value: (node, speech) => {
      if (node.assumed) return sayValue(node.left, speech);
      return isCondition(node)
        ? `whether ${inline(sayDefault(node, true, speech))}`
        : `${sayValue(node.left, speech)} (${sayValue(node.right, speech)} if there is none)`;
    },
    condition: (node, truth, speech) =>
      node.assumed ? sayCondition(node.left, truth, speech) : sayDefault(node, truth, speech),
  },
  chain: {
    value: ({ base, local, rest }, speech) => sayValue(rest, withValue(local, base, speech)),
    condition: (node, truth, speech) => {
      const told = sayPresent(node, truth, speech);
      return truth ? told : any(sayAbsence(node, speech), told);
    },
  },
  compare: { condition: sayComparison },
  nullish: {
    condition: ({ operand }, truth, speech) =>
      truth ? sayAbsence(operand, speech) : sayPresence(operand, speech),
  },
  "type-of": { value: ({ operand }, speech) => `the type of ${sayValue(operand, speech)}` },
  length: {
    value: ({ operand }, speech) =>
      isAlways(operand.type, "string")
        ? `the length of ${sayValue(operand, speech)}`
        : `the number of entries of ${sayValue(operand, speech)}`,
  },
  includes: { condition: sayInclusion },
  some: { condition: sayQuantifier },
  every: { condition: sayQuantifier },
  filter: {
    value: (node, speech) => `(every ${saySearched(node, speech)})`,
  },
  map: {
    value: ({ array, local, body }, speech) =>
      `(${sayValue(body, withEntry(local, speech))}, for every ${nameOfEntry(local, speech)} of ${sayValue(array, speech)})`,
  },
  ...intrinsicSayers,
  ...listSayers,
  ...numberSayers,
  ...textSayers,
  rego: {
    condition: ({ origin: { file, line } }, truth) =>
      statement(
        `hand-written Rego, which is not proven, says ${truth ? "so" : "otherwise"} [${file}:${line}]`,
      ),
  },
  "text-test": {
    condition: ({ test, text, part }, truth, speech) => {
      const [does, doesNot] = textTests[test];
      return statement(
        `${sayValue(text, speech)} ${truth ? does : `does not ${doesNot}`} ${sayValue(part, speech)}`,
      );
    },
  },
  let: {
    value: ({ local, value, body }, speech) => sayValue(body, withValue(local, value, speech)),
    condition: ({ local, value, body }, truth, speech) =>
      sayCondition(body, truth, withValue(local, value, speech)),
  },
  call: {
    value: sayCall,
    condition: (node, truth, speech) => {
      const called = functionOf(node, speech);
      const [, told] = /^Whether (.*?)\.?$/.exec(called.description ?? "") ?? [];
      if (told !== undefined) {
        const denial = truth ? "" : "it is not so that ";
        return statement(`${denial}${told} [${nameCall(node, speech)}]`);
      }
      const clause = isPlain(called) ? sayCondition(called.body, truth, within(speech)) : never;
      const isSaid = isPlain(called) && isShort(inline(clause));
      return isSaid ? clause : named(nameCall(node, speech)).condition(truth);
    },
  },
};

const textTests = {
  startsWith: ["starts with", "start with"],
  endsWith: ["ends with", "end with"],
  includes: ["contains", "contain"],
} as const;

function phraseOf(local: string, locals: Speech["locals"]) {
  return locals.get(local) ?? named(local);
}

function functionOf(node: CallNode, { functions }: Speech) {
  const called = functions.get(node.function);
  if (called === undefined) throw new Error(`the function ${node.function} is not in the policy`);
  return called;
}

/** A function that is all said by its body: nobody has described it, and it is handed nothing that changes. */
function isPlain({ description, parameters }: IrFunction): boolean {
  return description === undefined && parameters.length === 0;
}

/** Where only a function's own names are known. */
function within(speech: Speech, parameters: readonly string[] = []): Speech {
  return { ...speech, locals: new Map(parameters.map((name) => [name, named(name)])) };
}

function sayCall(node: CallNode, speech: Speech): string {
  const called = functionOf(node, speech);
  const text = isPlain(called) ? sayValue(called.body, within(speech)) : undefined;
  return text !== undefined && isShort(text) ? text : nameCall(node, speech);
}

/** A call by the function's name, with a note of what that does: its doc comment, or else its body. */
function nameCall(node: CallNode, speech: Speech): string {
  const { id, parameters, description, body } = functionOf(node, speech);
  const head = callText(id, parameters);
  if (!speech.notes.has(head)) {
    const isCondition = description === undefined || /^Whether /.test(description);
    // before the body is said, so that what calls others stands before them
    speech.notes.set(head, description ?? "");
    if (isCondition) speech.notes.set(head, sayValue(body, within(speech, parameters)));
  }
  const values = node.arguments.map((argument) => sayValue(argument, speech));
  return callText(id, values);
}

function callText(id: string, values: readonly string[]): string {
  return values.length === 0 ? id : `${id}(${values.join(", ")})`;
}

/** Either way of a choice; where one of them is settled, the other alone matters. */
function sayChoice({ test, whenTrue, whenFalse }: ConditionalNode, truth: boolean, speech: Speech): Clause {
  const holds = sayCondition(test, true, speech);
  const fails = sayCondition(test, false, speech);
  const first = sayCondition(whenTrue, truth, speech);
  const second = sayCondition(whenFalse, truth, speech);
  if (first === always) return any(holds, second);
  if (second === always) return any(fails, first);
  return any(all(holds, first), all(fails, second));
}

function sayDefault({ left, right }: CoalesceNode, truth: boolean, speech: Speech): Clause {
  const otherwise = sayCondition(right, truth, speech);
  const isTold = sayPresent(left, truth, speech);
  if (otherwise !== never) return any(all(sayAbsence(left, speech), otherwise), isTold);
  // of what is absent, nothing is true; that something is not true of it has to be ruled out
  return truth ? isTold : all(sayPresence(left, speech), isTold);
}
