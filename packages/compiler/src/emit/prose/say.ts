import { type Expression, type IrFunction, type Local, membersOf } from "@forego/ir";
import { booleanType } from "../../types/value-types.ts";
import { type Clause, inline, statement } from "./clause.ts";
import { discreetSayers } from "./discreet-sayers.ts";
import { sayers } from "./sayers.ts";

/** How a name is said: as a thing, and as a condition. */
export interface Phrase {
  readonly value: string;
  /** Of what is called by a name wherever it is said: that name. */
  readonly name?: string;
  condition(truth: boolean): Clause;
  /** Of what stands for the first entry of a list that is so: whether there is one. */
  presence?(isThere: boolean): Clause;
}

/** What an expression is said in. */
export interface Speech {
  readonly functions: ReadonlyMap<string, IrFunction>;
  readonly locals: ReadonlyMap<Local, Phrase>;
  /** What names stand for that are too long to say where they are used. */
  readonly notes: Map<string, string>;
  /** Whether texts and numbers that the policy holds are not said. */
  readonly discreet?: true;
}

/** How the expressions of one kind are said; what is left out follows from the other. */
export interface Sayer<TNode> {
  readonly value?: (node: TNode, speech: Speech) => string;
  readonly condition?: (node: TNode, truth: boolean, speech: Speech) => Clause;
}

/** Whether a text can be said where it is used, again and again. */
export function isShort(text: string): boolean {
  return text.length <= 80;
}

/** Says a value, as a thing. */
export function sayValue(node: Expression, speech: Speech): string {
  const { value } = sayerOf(node, speech);
  return value === undefined ? `whether ${inline(sayCondition(node, true, speech))}` : value(node, speech);
}

/** Says when a condition is true, or when it is not. */
export function sayCondition(node: Expression, truth: boolean, speech: Speech): Clause {
  const { condition } = sayerOf(node, speech);
  if (condition !== undefined) return condition(node, truth, speech);
  return statement(`${sayValue(node, speech)} is ${truth ? "true" : "not true"}`);
}

/** Whether an expression is true or false, and nothing else. */
export function isCondition({ type }: Expression): boolean {
  const isBoolean = membersOf(type.shape).every(
    (shape) => shape.kind === "boolean" || (shape.kind === "literal" && typeof shape.value === "boolean"),
  );
  return isBoolean && !type.undefinable;
}

function sayerOf({ kind }: Expression, { discreet }: Speech): Sayer<Expression> {
  const hiding: Partial<Record<Expression["kind"], unknown>> = discreet === true ? discreetSayers : {};
  return (hiding[kind] ?? sayers[kind]) as Sayer<Expression>;
}

/** The speech within a list's method, where an entry has a name. */
export function withEntry(local: Local, speech: Speech): Speech {
  return withPhrase(local, named(nameOfEntry(local, speech)), speech);
}

/** An entry's name as the policy writes it, without what tells it apart, where nothing around it has the same. */
export function nameOfEntry(local: Local, { locals, notes }: Speech): string {
  const name = asWritten(local);
  return notes.has(name) || [...locals.keys()].some((one) => asWritten(one) === name) ? local : name;
}

/** A note's name as the policy writes it, where no entry around it has the same; notes are told apart as they are added. */
function nameOfNote(local: Local, { locals }: Speech): string {
  const name = asWritten(local);
  return [...locals.values()].some((one) => one.name === name) ? local : name;
}

function asWritten(local: Local): string {
  return local.replace(/_\d+$/, "");
}

/** The speech in which a local stands for a value: for what is said of it, or for its name and a note. */
export function withValue(local: Local, value: Expression, speech: Speech): Speech {
  const text = sayValue(value, speech);
  const first = firstOf(value);
  const asked =
    first === undefined ? {} : { presence: (isThere: boolean) => sayCondition(first, isThere, speech) };
  if (isShort(text)) {
    const condition = (truth: boolean) => sayCondition(value, truth, speech);
    return withPhrase(local, { value: text, condition, ...asked }, speech);
  }
  // what nothing is said of needs no note; the first entry that is so is not any entry
  const name = nameOfNote(first === undefined ? local : `first_${local}`, speech);
  const phrase = () => named(addNote(name, text, speech));
  const noted: Phrase = {
    get value() {
      return phrase().value;
    },
    condition: (truth) => phrase().condition(truth),
    ...asked,
  };
  return withPhrase(local, noted, speech);
}

/** Whether there is a first entry that is so, where a value is one. */
function firstOf(value: Expression): Expression | undefined {
  if (value.kind !== "entry" || value.key.kind !== "literal" || value.key.value !== 0) return undefined;
  const { record: list } = value;
  if (list.kind !== "filter") return undefined;
  return { ...list, kind: "some", type: booleanType };
}

/** Keeps what a name stands for, and answers with the name: another one where it is taken. */
export function addNote(name: string, text: string, { notes }: Speech): string {
  let free = name;
  for (let count = 2; notes.has(free) && notes.get(free) !== text; count++) free = `${name}_${count}`;
  notes.set(free, text);
  return free;
}

function withPhrase(local: Local, phrase: Phrase, speech: Speech): Speech {
  return { ...speech, locals: new Map(speech.locals).set(local, phrase) };
}

/** A name that says nothing of what it stands for. */
export function named(name: string): Phrase {
  return { value: name, name, condition: (truth) => statement(`${name} is ${truth ? "true" : "not true"}`) };
}
