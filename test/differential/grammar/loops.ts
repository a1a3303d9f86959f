import { anyList } from "./lists.ts";
import { referencesOf } from "./references.ts";
import type { Scope } from "./scope.ts";
import { isNamed, type Statement } from "./statements.ts";
import { booleanType, intType, listOf, stringType, type Type } from "./types.ts";

type Body = (inside: Scope, item: string) => string;

/** `for (const item of list) { … }` */
function overList(scope: Scope, write: Body): string | undefined {
  const list = anyList(scope);
  if (list === undefined) return undefined;
  const item = scope.fresh("item");
  const inside = scope.inFunction().with(referencesOf(item, list.type.items));
  return `for (const ${item} of ${list.text}) { ${write(inside, item)} }`;
}

/** What a loop leaves out, and where it ends. */
function leave(scope: Scope): string {
  return scope.pick([
    () => "",
    () => `if (${scope.boolean()}) continue; `,
    () => `if (${scope.boolean()}) break; `,
  ])();
}

/** A loop that looks for something. */
export function search(scope: Scope, result: Type): Statement | undefined {
  const find = (inside: Scope) => `if (${inside.boolean()}) return ${inside.of(result)};`;
  const text = overList(scope, (inside) => {
    const nested = inside.pick([
      () => undefined,
      () => overList(inside, (inner) => `${leave(inner)}${find(inner)}`),
    ])();
    return `${leave(inside)}${nested ?? ""}${nested === undefined ? find(inside) : ""}`;
  });
  return text === undefined ? undefined : { text, scope };
}

/** A loop that adds up. */
export function addUp(scope: Scope): Statement | undefined {
  const sum = scope.fresh("sum");
  const loop = overList(scope, (inside) => {
    return `${leave(inside)}${count(inside, sum)}`;
  });
  if (loop === undefined) return undefined;
  const start = scope.pick(["0", "1", scope.leaf(intType)]);
  return gathered(scope, `let ${sum} = ${start}; ${loop}`, sum, intType);
}

function count(scope: Scope, sum: string): string {
  return scope.pick([
    () => `${sum} += ${scope.leaf(intType)};`,
    () => `${sum}++;`,
    () => `${sum} = ${sum} + ${scope.leaf(intType)};`,
    () => `if (${scope.boolean()}) { ${sum} += ${scope.leaf(intType)}; } else { ${sum} += 1; }`,
  ])();
}

/** A loop over a record, whose order nobody knows. */
export function overRecord(scope: Scope): Statement | undefined {
  const record = scope.find(({ type }) => type.kind === "record", "present");
  if (record?.type.kind !== "record") return undefined;
  const [key, value, sum] = [scope.fresh("key"), scope.fresh("value"), scope.fresh("sum")];
  const inside = scope
    .inFunction()
    .with([...referencesOf(key, stringType), ...referencesOf(value, record.type.values)]);
  const body = `if (${key} !== ${inside.string()} && ${inside.boolean()}) continue; ${count(inside, sum)}`;
  const pattern = isNamed(value, body) ? `[${key}, ${value}]` : `[${key}]`;
  const loop = `for (const ${pattern} of Object.entries(${record.text})) { ${body} }`;
  return gathered(scope, `let ${sum} = 0; ${loop}`, sum, intType);
}

/** A loop that finds out. */
export function findOut(scope: Scope): Statement | undefined {
  const found = scope.fresh("found");
  const loop = overList(scope, (inside) => {
    const test = inside.boolean();
    return inside.pick([
      `if (${test}) { ${found} = true; break; }`,
      `if (${test}) ${found} = true;`,
      `${found} = ${found} || ${test};`,
      `${found} ||= ${test};`,
      `${found} &&= ${test};`,
    ]);
  });
  return loop === undefined
    ? undefined
    : gathered(
        scope,
        `let ${found} = ${scope.pick(["false", "true", scope.leaf(booleanType)])}; ${loop}`,
        found,
        booleanType,
      );
}

/** A loop that gathers a list. */
export function gather(scope: Scope): Statement | undefined {
  const out = scope.fresh("out");
  const loop = overList(scope, (inside) => {
    const value = inside.pick([
      () => inside.string(),
      () => inside.string(),
      () => `...${inside.of(listOf(stringType))}`,
    ])();
    return `${leave(inside)}${out}.push(${value});`;
  });
  return loop === undefined
    ? undefined
    : gathered(scope, `const ${out}: string[] = []; ${loop}`, out, listOf(stringType));
}

function gathered(scope: Scope, text: string, name: string, type: Type): Statement {
  return { text, declares: name, scope: scope.with(referencesOf(name, type)) };
}
