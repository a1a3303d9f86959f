import { referencesOf } from "./references.ts";
import { type Program, Scope } from "./scope.ts";
import { block } from "./statements.ts";
import { booleanType, listOf, numberType, stringType, type Type, typeText } from "./types.ts";

/** A function of the module, and what it is called with. */
export interface Helper {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly result: Type;
  readonly text: string;
}

interface Parameter {
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
    return { type: outside.pick(kinds), optional: outside.pick([false, false, true]) };
  });
  const names = parameters.map(() => outside.fresh("given"));
  const inside = outside.with(
    parameters.flatMap(({ type, optional }, index) => referencesOf(names[index] ?? "", type, { optional })),
  );
  const name = outside.fresh("helper");
  const list = parameters
    .map(({ type, optional }, index) => `${names[index]}: ${typeText(type)}${optional ? " | undefined" : ""}`)
    .join(", ");
  const text = outside.pick([
    () => `const ${name} = (${list}): ${typeText(result)} => ${inside.of(result)};`,
    () => `function ${name}(${list}): ${typeText(result)} ${block(inside, result)}`,
  ])();
  return { name, parameters, result, text };
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
