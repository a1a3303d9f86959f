import { referencesOf } from "./references.ts";
import { type Program, Scope } from "./scope.ts";
import { block, isNamed } from "./statements.ts";
import {
  booleanType,
  intType,
  isSame,
  listOf,
  numberType,
  stringType,
  type Type,
  typeText,
} from "./types.ts";

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
  /** What stands for it where it is left out. */
  readonly standard?: string | undefined;
}

/** Writes a helper function; it may call those before it. */
export function writeHelper(program: Program): Helper {
  const outside = new Scope(program, [], 3);
  const result = outside.pick([booleanType, stringType, numberType, intType]);
  const kinds = [stringType, numberType, booleanType, listOf(stringType), intType] as const;
  const count = outside.pick([1, 2, 3]);
  const parameters = Array.from({ length: count }, (): Parameter => {
    const type = outside.pick(kinds);
    const name = outside.fresh("given");
    const optional = outside.pick([false, false, true]);
    return { name, type, optional, standard: optional ? standardOf(outside, type) : undefined };
  });
  const inside = outside.with(
    parameters.flatMap(({ name, type, optional, standard }) =>
      referencesOf(name, type, { optional: optional && standard === undefined }),
    ),
  );
  const name = outside.fresh("helper");
  const isArrow = outside.pick([true, false]);
  const body = isArrow ? inside.of(result) : block(inside, result);
  // as with constants, what is never named is not read
  const named = parameters.filter((one) => isNamed(one.name, body));
  const list = named.map(parameterText).join(", ");
  const text = isArrow
    ? `const ${name} = (${list}): ${typeText(result)} => ${body};`
    : `function ${name}(${list}): ${typeText(result)} ${body}`;
  return { name, parameters: named, result, text };
}

/** What a parameter is where it is left out, for some of them. */
function standardOf(scope: Scope, type: Type): string | undefined {
  return scope.pick([false, true]) ? scope.leaf(type) : undefined;
}

function parameterText({ name, type, optional, standard }: Parameter): string {
  if (standard !== undefined) return `${name}: ${typeText(type)} = ${standard}`;
  return `${name}: ${typeText(type)}${optional ? " | undefined" : ""}`;
}

/** A helper function that can be handed to a method of a list as it is. */
export function nameHelper(scope: Scope, items: Type, result: Type): string | undefined {
  const fitting = scope.program.helpers.filter(({ parameters: [first, ...others], result: own }) => {
    return first !== undefined && others.length === 0 && isSame(first.type, items) && isSame(own, result);
  });
  return scope.pick(fitting)?.name;
}

/** A call of a helper function that gives a value of the type. */
export function callHelper(scope: Scope, type: Type): string | undefined {
  const helper = scope.pick(scope.program.helpers.filter(({ result }) => result.kind === type.kind));
  if (helper === undefined) return undefined;
  const values = helper.parameters.map(({ type: wanted, optional }) => {
    const absent = optional ? scope.read(wanted, "optional") : undefined;
    return absent ?? scope.of(wanted);
  });
  const isLeftOut = helper.parameters.at(-1)?.standard !== undefined && scope.pick([false, true]);
  return `${helper.name}(${(isLeftOut ? values.slice(0, -1) : values).join(", ")})`;
}
