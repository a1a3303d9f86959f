import { addUp, findOut, gather, overRecord, search } from "./loops.ts";
import { asPresent, referencesOf } from "./references.ts";
import type { Scope } from "./scope.ts";
import { booleanType, isPrimitive, listOf, numberType, stringType, type Type, typeText } from "./types.ts";

/** Statements before the last `return`: what they write, and the scope behind them. */
export interface Statement {
  readonly text: string;
  /** The constant that it declares. */
  readonly declares?: string;
  readonly scope: Scope;
}

type StatementProduction = (scope: Scope, result: Type) => Statement | undefined;

/** Ways to write a statement. */
const statements: readonly [StatementProduction, ...StatementProduction[]] = [
  (s, result) => ({ text: `if (${s.boolean()}) return ${s.of(result)};`, scope: s }),
  (s) => constant(s, s.pick([numberType, stringType, booleanType, listOf(stringType)])),
  absentConstant,
  destructured,
  destructured,
  returnWhereAbsent,
  (s, result) => ({
    text: `if (${s.boolean()}) { return ${s.of(result)}; } else if (${s.boolean()}) { return ${s.of(result)}; }`,
    scope: s,
  }),
  (s, result) => ({ text: `if (${s.boolean()}) { if (${s.boolean()}) return ${s.of(result)}; }`, scope: s }),
  search,
  addUp,
  findOut,
  gather,
  overRecord,
  switched,
  switchedByTag,
];

/** The body of a function. */
export function block(scope: Scope, result: Type): string {
  const written: Statement[] = [];
  let inside = scope;
  for (let count = scope.pick([1, 2, 3]); count > 0; count--) {
    const statement = scope.pick(statements)(inside, result);
    if (statement === undefined) continue;
    written.push(statement);
    inside = statement.scope;
  }
  return `{ ${written.reduceRight(before, `return ${inside.of(result)};`)} }`;
}

/**
 * A statement before others. A constant that none of them names is left out: a policy does not read it, while
 * JavaScript does, and throws when what it reads is not there.
 */
function before(behind: string, { text, declares }: Statement): string {
  return declares === undefined || isNamed(declares, behind) ? `${text} ${behind}` : behind;
}

/** Whether a text names something; names are whole words. */
export function isNamed(name: string, text: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(text);
}

function constant(scope: Scope, type: Type): Statement {
  const name = scope.fresh("local");
  // its type is written: TypeScript would know a literal's, and refuse what it decides
  const text = `const ${name}: ${typeText(type)} = ${scope.of(type)};`;
  return { text, declares: name, scope: scope.with(referencesOf(name, type)) };
}

/** A constant that may be absent. */
function absentConstant(scope: Scope): Statement | undefined {
  const reference = scope.spend(scope.find(({ type }) => type.kind !== "tagged", "absent"));
  if (reference === undefined) return undefined;
  const name = scope.fresh("local");
  return {
    text: `const ${name} = ${reference.text};`,
    declares: name,
    scope: scope.with(referencesOf(name, reference.type, reference)),
  };
}

function destructured(scope: Scope): Statement | undefined {
  const reference = scope.find(({ type }) => type.kind === "object", "present");
  if (reference?.type.kind !== "object") return undefined;
  const all = Object.entries(reference.type.fields);
  const absent = all.filter(([, field]) => field.optional === true);
  const [name, field] = scope.pick(scope.pick([all, absent])) ?? [];
  if (name === undefined || field === undefined) return undefined;
  const local = scope.fresh(name);
  const canDefault = field.optional === true && field.nullable !== true && isPrimitive(field.type);
  const isDefaulted = canDefault && scope.pick([false, true]);
  const standard = isDefaulted ? ` = ${scope.of(field.type)}` : "";
  // the pattern's name and the field are one to TypeScript
  scope.narrowed.add(`${reference.narrows}.${name}`);
  return {
    text: `const { ${name}: ${local}${standard} } = ${reference.text};`,
    declares: local,
    scope: scope.with(referencesOf(local, field.type, isDefaulted ? {} : field)),
  };
}

/** `switch` over what can be one of a few. */
function switched(scope: Scope, result: Type): Statement | undefined {
  const reference = scope.spend(scope.find(({ type }) => type.kind === "choice", "present"));
  if (reference?.type.kind !== "choice") return undefined;
  const [first, ...others] = reference.type.values.map((value) => `case ${JSON.stringify(value)}:`);
  const cases = others.map((label) =>
    scope.pick([
      () => `${label} return ${scope.of(result)};`,
      () => `${label} if (${scope.boolean()}) return ${scope.of(result)}; break;`,
      () => label,
    ])(),
  );
  // one that did nothing would be read by JavaScript alone, and what TypeScript knows to be never reached has no types
  const end = `return ${scope.of(result)};`;
  const isLeft = cases.some((one) => one.endsWith(" break;"));
  const last = isLeft && scope.pick([true, false]) ? end : `if (${scope.boolean()}) ${end} break;`;
  const text = `switch (${reference.text}) { ${cases.join(" ")} ${first} ${last} }`;
  return { text, scope };
}

/** `switch` over the members of a union: behind their tags they are known. */
function switchedByTag(scope: Scope, result: Type): Statement | undefined {
  const reference = scope.spend(scope.find(({ type }) => type.kind === "tagged", "present"));
  if (reference?.type.kind !== "tagged") return undefined;
  const cases = Object.entries(reference.type.members).map(([tag, member]) => {
    const inside = asPresent(scope, reference, member);
    return `case ${JSON.stringify(tag)}: if (${inside.boolean()}) return ${inside.of(result)}; break;`;
  });
  return { text: `switch (${reference.text}.tag) { ${cases.join(" ")} }`, scope };
}

/** What is absent ends the function, so that it is there behind. */
function returnWhereAbsent(scope: Scope, result: Type): Statement | undefined {
  const reference = scope.spend(scope.find(() => true, "absent"));
  if (reference === undefined) return undefined;
  return {
    text: `if (${reference.text} == null) return ${scope.of(result)};`,
    scope: asPresent(scope, reference),
  };
}
