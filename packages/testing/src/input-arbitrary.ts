import { type Json, phases } from "@forego/core";
import type { IrRelease, ObjectShape } from "@forego/ir";
import fc from "fast-check";
import { inputShapeOf } from "./input-shape.ts";
import { anything, shapeArbitrary } from "./shape-arbitrary.ts";
import { type Words, wordsOf } from "./words.ts";

/** An input as an engine gets it: JSON data, and an object. */
export type Input = { readonly [name: string]: Json };

/** A kind of call, and what the rules that apply to it read. */
interface Call {
  readonly type: string;
  /** The tool that some rule is pinned to; absent for calls of any other. */
  readonly tool?: string;
  readonly shape: ObjectShape;
}

/** A change to some part of an input: what stands there becomes another value, or goes. */
interface Mutation {
  readonly at: number;
  readonly value: Json | undefined;
}

/**
 * Inputs for a release: of the form that its rules ask for, out of few words so that equals happen, with every phase
 * and tool that a rule speaks about; one in five is broken somewhere.
 */
export function inputArbitrary(release: IrRelease): fc.Arbitrary<Input> {
  const words = wordsOf(release);
  const rules = release.policies.flatMap((policy) => policy.rules);
  const asks = rules.flatMap(({ id, effect }) => (effect === "require_approval" ? [id] : []));
  return fc
    .tuple(callArbitrary(release), fewWords(words), fc.subarray(asks), mutationArbitrary(words))
    .chain(([call, few, granted, mutation]) =>
      shapeArbitrary(call.shape, few).map((read) => asInput(call, read as Input, granted, mutation)),
    );
}

function callArbitrary(release: IrRelease): fc.Arbitrary<Call> {
  const rules = release.policies.flatMap((policy) => policy.rules);
  const tools = [undefined, ...new Set(rules.flatMap(({ tool }) => tool ?? []))];
  const calls = phases.flatMap((type) =>
    tools.map((tool) => {
      const applicable = rules.filter((rule) => rule.on.includes(type) && (rule.tool ?? tool) === tool);
      const call: Call = { type, ...(tool === undefined ? {} : { tool }), shape: inputShapeOf(applicable) };
      // most calls are such that some rule speaks about them
      const weight = applicable.length === 0 ? 1 : 4 * phases.length * tools.length + applicable.length;
      return { weight, arbitrary: fc.constant(call) };
    }),
  );
  return fc.oneof(...calls);
}

/** A handful of all words. */
function fewWords({ texts, times, numbers }: Words): fc.Arbitrary<Words> {
  const few = <T>(all: readonly T[]) => fc.shuffledSubarray([...all], { minLength: 2, maxLength: 5 });
  return fc.record({ texts: few(texts), times: few(times), numbers: few(numbers) });
}

/** One input in five is changed. */
function mutationArbitrary(words: Words): fc.Arbitrary<Mutation | undefined> {
  const value = fc.oneof(anything(words), fc.constant(undefined));
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.record({ at: fc.nat(), value }) },
  );
}

function asInput(
  { type, tool }: Call,
  read: Input,
  granted: readonly string[],
  mutation: Mutation | undefined,
): Input {
  const named = tool === undefined ? {} : { tool };
  const action = { tool: "crm.search", ...(read.action as Input | undefined), type, ...named };
  const whole: Input = { ...read, action };
  const input = mutation === undefined ? whole : (mutate(whole, mutation) as Input);
  // what an engine reads is text: negative zero and keys like `__proto__` are as JSON has them
  return JSON.parse(JSON.stringify({ ...input, granted }));
}

/** The value with one part changed: the one that `at` points to, of all in the order in which they are met. */
function mutate(value: Json, { at, value: replacement }: Mutation): Json {
  const place = at % (1 + countParts(value));
  let met = 0;
  const walk = (part: Json): Json | undefined => {
    if (met++ === place && part !== value) return replacement;
    if (Array.isArray(part)) return part.map((item) => walk(item) ?? null);
    if (typeof part !== "object" || part === null) return part;
    const kept = Object.entries(part).flatMap(([name, item]) => {
      const changed = walk(item);
      return changed === undefined ? [] : [[name, changed] as const];
    });
    return Object.fromEntries(kept);
  };
  return walk(value) ?? {};
}

function countParts(value: Json): number {
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((count, part) => count + 1 + countParts(part), 0);
}
