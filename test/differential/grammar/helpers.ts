import { referencesOf } from "./references.ts";
import { type Program, Scope } from "./scope.ts";
import { block, isNamed } from "./statements.ts";
import { booleanType, listOf, numberType, stringType, type Type, typeText } from "./types.ts";

/** A function of the module, and what it is called with. */
export interface Helper {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly result: Type;
  readonly text: string;
}

interface Parameter {
  readonly name: string;
  readonly type: Type;
  readonly optional: boolean;
}

/** Writes a helper function; it may call those before it. */
export function writeHelper(program: Program): Helper {
  const outside = new Scope(program, [], 3);
  const result = outside.pick([booleanType, stringType, numberType]);
  const kinds = [stringType, numberType, booleanType, listOf(stringType)] as const;
  const count = outside.pick([1, 2, 3]);
  const parameters = Array.from({ length: count }, (): Parameter => {
    const type = outside.pick(kinds);
    return { name: outside.fresh("given"), type, optional: outside.pick([false, false, true]) };
  });
  const inside = outside.with(
    parameters.flatMap(({ name, type, optional }) => referencesOf(name, type, { optional })),
  );
  const name = outside.fresh("helper");
  const isArrow = outside.pick([true, false]);
  const body = isArrow ? inside.of(result) : block(inside, result);
  // as with constants, what is never named is not read
  const named = parameters.filter((one) => isNamed(one.name, body));
  const list = named
    .map((one) => `${one.name}: ${typeText(one.type)}${one.optional ? " | undefined" : ""}`)
    .join(", ");
  const text = isArrow
    ? `const ${name} = (${list}): ${typeText(result)} => ${body};`
    : `function ${name}(${list}): ${typeText(result)} ${body}`;
  return { name, parameters: named, result, text };
}

/** A call of a helper function that gives a value of the type. */
export function callHelper(scope: Scope, type: Type): string | undefined {
  const helper = scope.pick(scope.program.helpers.filter(({ result }) => result.kind === type.kind));
  if (helper === undefined) return undefined;
  const values = helper.parameters.map(({ type: wanted, optional }) => {
    const absent = optional ? scope.read(wanted, "optional") : undefined;
    return absent ?? scope.of(wanted);
  });
  return `${helper.name}(${values.join(", ")})`;
}
