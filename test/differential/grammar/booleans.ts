import { callHelper } from "./helpers.ts";
import { toldTruths } from "./intrinsics.ts";
import { anyList, callback } from "./lists.ts";
import { asPresent, referencesOf } from "./references.ts";
import type { Production, Scope } from "./scope.ts";
import { isNamed } from "./statements.ts";
import { isOneOf, isTabled, matched } from "./texts.ts";
import { booleanType, intType, listOf, numberType, stringType, type Type } from "./types.ts";

/** Ways to write a condition. */
export const booleans: readonly Production[] = [
  { weight: 2, leaf: true, write: truthOf },
  { weight: 1, leaf: true, write: (s) => `(${s.number()} ${relation(s)} ${s.number()})` },
  { weight: 1, leaf: true, write: (s) => `${s.string()}.startsWith(${s.string()})` },
  { weight: 2, write: (s) => `!(${s.boolean()})` },
  { weight: 3, write: (s) => `(${s.boolean()} && ${s.boolean()})` },
  { weight: 3, write: (s) => `(${s.boolean()} || ${s.boolean()})` },
  { weight: 2, write: (s) => `(${s.boolean()} ? ${s.boolean()} : ${s.boolean()})` },
  { weight: 1, write: (s) => `(${s.number()} ${equality(s)} ${s.number()})` },
  { weight: 2, write: (s) => `(${s.string()} ${equality(s)} ${s.string()})` },
  { weight: 1, write: (s) => compareTo(s, stringType, ['"x"', '""', '"constructor"', '"\\u{1F4A9}"']) },
  { weight: 1, write: (s) => compareTo(s, numberType, ["0", "1", "-1", "1.5"]) },
  { weight: 2, write: choice },
  { weight: 1, write: (s) => `${s.string()}.endsWith(${s.string()})` },
  { weight: 1, write: (s) => `${s.string()}.includes(${s.string()})` },
  { weight: 2, write: presence },
  { weight: 2, write: guarded },
  { weight: 1, write: (s) => chained(s, (text) => `(${text}startsWith(${s.string()}) ?? ${truth(s)})`) },
  { weight: 1, write: (s) => chained(s, (text) => `!${text}includes(${s.string()})`) },
  { weight: 1, write: (s) => defaulted(s, (text) => `(${text} ?? ${truth(s)})`) },
  { weight: 1, write: (s) => defaulted(s, (text) => `(${text} ${equality(s)} ${truth(s)})`) },
  { weight: 1, write: (s) => defaulted(s, (text) => `!${text}`) },
  { weight: 2, write: (s) => `${s.of(listOf(stringType))}.includes(${s.string()})` },
  { weight: 1, write: (s) => `${s.of(listOf(numberType))}.includes(${s.number()})` },
  { weight: 1, write: (s) => `${s.of(listOf(booleanType))}.includes(${s.boolean()})` },
  { weight: 3, write: (s) => quantified(s, "some") },
  { weight: 3, write: (s) => quantified(s, "every") },
  { weight: 1, write: (s) => inRecord(s, (record, key) => `(${key} in ${record})`) },
  { weight: 1, write: (s) => inRecord(s, (record, key) => `Object.hasOwn(${record}, ${key})`) },
  { weight: 2, write: tagged },
  { weight: 3, write: typed },
  ...toldTruths,
  { weight: 2, write: (s) => callHelper(s, booleanType) },
  { weight: 1, write: (s) => `(${s.string()} ${relation(s)} ${s.pick(['"x"', '"m"', '"constructor"'])})` },
  { weight: 1, write: isOneOf },
  { weight: 1, write: isTabled },
  { weight: 2, write: matched },
  { weight: 2, write: (s) => `(${s.of(intType)} ${equality(s)} ${s.of(intType)})` },
  { weight: 2, write: overRecord },
];

/** Something that is true or false. One that is declared as absent is compared: as a value it could be undefined. */
function truthOf(scope: Scope): string | undefined {
  const reference = scope.narrow(booleanType);
  return reference?.known === true ? `(${reference.text} === true)` : reference?.text;
}

function relation(scope: Scope): string {
  return scope.pick(["<", "<=", ">", ">="]);
}

export function equality(scope: Scope): string {
  return scope.pick(["===", "!=="]);
}

function truth(scope: Scope): string {
  return scope.pick(["false", "true"]);
}

/** A comparison with a literal that stands in place. */
function compareTo(scope: Scope, type: Type, literals: readonly [string, ...string[]]): string | undefined {
  const reference = scope.narrow(type);
  return reference && `(${reference.text} ${equality(scope)} ${scope.pick(literals)})`;
}

function choice(scope: Scope): string | undefined {
  const reference = scope.spend(scope.find(({ type }) => type.kind === "choice"));
  if (reference?.type.kind !== "choice") return undefined;
  const literals = reference.type.values.map((value) => JSON.stringify(value));
  const other = scope.spend(scope.find(({ type }) => type.kind === "choice" || type.kind === "string"));
  const compared = scope.pick([...literals, ...(other === undefined ? [] : [other.text])]);
  return `(${reference.text} ${equality(scope)} ${compared})`;
}

/** Whether something is there. */
function presence(scope: Scope): string | undefined {
  const reference = scope.spend(scope.find(() => true, "absent") ?? scope.find(() => true, "host"));
  if (reference === undefined) return undefined;
  const tests = ["== null", "!= null", "=== undefined", "!== undefined"];
  const more = reference.nullable ? ["=== null", "!== null"] : [];
  return `(${reference.text} ${scope.pick([...tests, ...more])})`;
}

/** Something may be absent, and is read where it is not. */
function guarded(scope: Scope): string | undefined {
  const reference = scope.spend(scope.find(() => true, "absent"));
  if (reference === undefined) return undefined;
  const { text, nullable, optional } = reference;
  const isAbsent = nullable && optional ? "== null" : nullable ? "=== null" : "=== undefined";
  const isThere = isAbsent.replace("=", "!");
  const inside = asPresent(scope, reference);
  return scope.pick([
    () => `(${text} ${isThere} && ${inside.boolean()})`,
    () => `(${text} ${isAbsent} || ${inside.boolean()})`,
    () => `(${text} ${isThere} ? ${inside.boolean()} : ${scope.boolean()})`,
    () => `(${text} ${isAbsent} ? ${scope.boolean()} : ${inside.boolean()})`,
  ])();
}

/** What `typeof` says of a value of several types, which is read as one of them where it is. */
function typed(scope: Scope): string | undefined {
  const reference = scope.spend(scope.find(({ type }) => type.kind === "unknown" || type.kind === "either"));
  if (reference === undefined) return undefined;
  const { text } = reference;
  const type = scope.pick([stringType, numberType, booleanType]);
  const inside = asPresent(scope, reference, type);
  return scope.pick([
    () => `(typeof ${text} ${equality(scope)} ${scope.pick(typeNames)})`,
    () => `(typeof ${text} === "${type.kind}" && ${inside.boolean()})`,
    () => `(typeof ${text} !== "${type.kind}" || ${inside.boolean()})`,
    () => `(typeof ${text} === "${type.kind}" ? ${inside.boolean()} : ${scope.boolean()})`,
    () => `(typeof ${text} !== "${type.kind}" ? ${scope.boolean()} : ${inside.boolean()})`,
  ])();
}

const typeNames = ['"string"', '"number"', '"boolean"', '"object"', '"undefined"'] as const;

/** A method of a text that may be absent. */
function chained(scope: Scope, write: (text: string) => string): string | undefined {
  const reference = scope.narrow(stringType, "absent");
  return reference && write(`${reference.text}?.`);
}

/** A truth that may be absent. */
function defaulted(scope: Scope, write: (text: string) => string): string | undefined {
  const reference = scope.narrow(booleanType, "absent") ?? scope.narrow(booleanType, "host");
  return reference && write(reference.text);
}

function quantified(scope: Scope, method: "some" | "every"): string | undefined {
  const list = anyList(scope);
  return list && `${list.text}.${method}(${callback(scope, list.type.items, booleanType)})`;
}

/** Whether a record has a key. */
function inRecord(scope: Scope, write: (record: string, key: string) => string): string | undefined {
  const record = scope.find(({ type }) => type.kind === "record", "present");
  const key = scope.find(({ type }) => type.kind === "string", "present");
  return record && write(record.text, key?.text ?? scope.pick(scope.program.constants.string));
}

/** What a record has, in no order. */
function overRecord(scope: Scope): string | undefined {
  const record = scope.find(({ type }) => type.kind === "record", "present");
  if (record?.type.kind !== "record") return undefined;
  const { values } = record.type;
  const method = scope.pick(["some", "every"]);
  return scope.pick([
    () => `Object.keys(${record.text}).${method}(${callback(scope, stringType, booleanType)})`,
    () => `Object.values(${record.text}).${method}(${callback(scope, values, booleanType)})`,
    () => `Object.keys(${record.text}).includes(${scope.string()})`,
    () => entries(scope, record.text, values, method),
  ])();
}

function entries(scope: Scope, record: string, values: Type, method: string): string {
  const [key, value] = [scope.fresh("key"), scope.fresh("value")];
  const inside = scope.inFunction().with([...referencesOf(key, stringType), ...referencesOf(value, values)]);
  const body = `(${inside.boolean()} && ${key}.startsWith(${inside.string()}))`;
  const pattern = isNamed(value, body) ? `[${key}, ${value}]` : `[${key}]`;
  return `Object.entries(${record}).${method}((${pattern}) => ${body})`;
}

/** A value of several kinds, told apart by its tag. */
function tagged(scope: Scope): string | undefined {
  const reference = scope.spend(scope.find(({ type }) => type.kind === "tagged", "present"));
  if (reference?.type.kind !== "tagged") return undefined;
  const [name, member] = scope.pick(Object.entries(reference.type.members)) ?? [];
  if (member === undefined) return undefined;
  const isMember = (sign: string) => `${reference.text}.tag ${sign} ${JSON.stringify(name)}`;
  const inside = asPresent(scope, reference, member);
  return scope.pick([
    () => `(${isMember("===")} && ${inside.boolean()})`,
    () => `(${isMember("!==")} || ${inside.boolean()})`,
    () => `(${isMember("===")} ? ${inside.boolean()} : ${scope.boolean()})`,
  ])();
}
