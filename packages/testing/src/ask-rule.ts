import type { Json } from "@forego/core";
import { before } from "@forego/dsl";
import { conforms, type GuardedPath, type IrRule } from "@forego/ir";
import type { ComparedDerivation, ComparedRule } from "./compared-release.ts";

/** What a rule says about an input. */
export type RuleAnswer =
  | { readonly kind: "silent" }
  | { readonly kind: "invalid"; readonly missing: readonly string[] }
  /** With what the rule computes, where it computes anything. */
  | {
      readonly kind: "checked";
      readonly isHit: boolean;
      readonly values?: Readonly<Record<string, unknown>>;
    };

type Plain = Readonly<Record<string, unknown>>;

/**
 * Asks a rule as JavaScript: its guard, and then the predicate that the policy's author wrote. This is the oracle; what
 * is not JavaScript here (when a rule applies, where a path leads) is written apart from the product's own code.
 *
 * @param context the input as {@link plain} copies it.
 * @throws Error when the predicate throws: on an input that passed the guard it must not.
 */
export function askRule(rule: ComparedRule, context: unknown): RuleAnswer {
  const action = childOf(context, "action");
  const applies =
    rule.ir.on.some((phase) => phase === childOf(action, "type")) &&
    (rule.ir.tool === undefined || rule.ir.tool === childOf(action, "tool"));
  if (!applies) return { kind: "silent" };
  const missing = rule.ir.guard.filter((path) => !passes(path, context)).map(({ path }) => path.join("."));
  if (missing.length > 0) return { kind: "invalid", missing };
  if (!isInTime(rule, context)) return { kind: "checked", isHit: false };
  const { ir, when, programs } = rule;
  const handed = contextOf(rule, context as Plain);
  const answer = ask(ir, () => when(handed));
  if (typeof answer !== "boolean") throw new Error(`${placeOf(ir)} answers with ${String(answer)}`);
  // a limit is told wherever it applies, for those that read what is left of it
  if (!answer && ir.effect !== "budget") return { kind: "checked", isHit: false };
  const values = programs.map(([name, program]) => [name, ask(ir, () => program(handed))]);
  return {
    kind: "checked",
    isHit: answer,
    ...(values.length === 0 ? {} : { values: Object.fromEntries(values) }),
  };
}

/** What the programs of a rule are handed. */
function contextOf({ ir, data, derivations }: ComparedRule, context: Plain): never {
  const args = childOf(childOf(context, "action"), "args");
  const state = childOf(context.state, ir.id.split(".")[1] ?? "");
  return { ...context, data, args, state, derived: derive(derivations, context) } as never;
}

/** What is derived, each value as JavaScript computes it when it is read: what no rule reads here need not be there. */
function derive(derivations: readonly ComparedDerivation[], context: Plain): unknown {
  const values = derivations.map(({ field, data, value }): [string, PropertyDescriptor] => [
    field,
    { enumerable: true, get: () => value({ ...context, data } as never) },
  ]);
  return Object.create(null, Object.fromEntries(values));
}

function ask(rule: IrRule, when: () => unknown): unknown {
  try {
    return when();
  } catch (cause) {
    throw new Error(`${placeOf(rule)} throws ${String(cause)}`, { cause });
  }
}

function placeOf({ id, origin }: IrRule): string {
  return `${origin.file}:${origin.line}:${origin.column} ${id}`;
}

function isInTime({ expires }: ComparedRule, context: unknown): boolean {
  return expires === undefined || before(String(childOf(childOf(context, "environment"), "time")), expires);
}

function passes({ path, optional, shape }: GuardedPath, context: unknown): boolean {
  const parent = path.slice(0, -1).reduce(childOf, context);
  const value = childOf(parent, path.at(-1) ?? "");
  return value === undefined ? optional && isObject(parent) : conforms(shape, value);
}

function childOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

/** A copy of which no object has a prototype, so that a lookup finds what is in the JSON and nothing else. */
export function plain(value: Json): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  const copied: Record<string, unknown> = Object.create(null);
  for (const [name, part] of Object.entries(value)) copied[name] = plain(part as Json);
  return copied;
}

function isObject(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
