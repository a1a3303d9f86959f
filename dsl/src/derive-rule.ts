import type { z } from "zod";
import type { SchemaValue } from "./schema-value.ts";

/** What a derive rule says of itself: it has no phase, no tool and no reason, since those who read its value have them. */
export interface DeriveOptions<TContext, TValue> {
  /** The value of the field that the rule is named as. Plain TypeScript within the policy language. */
  readonly value: (context: TContext) => TValue;
}

/** A derive rule as the policy object holds it. `value` can be called: the policy is plain JavaScript. */
export interface DeriveRule<TContext = never, TValue = unknown> extends DeriveOptions<TContext, TValue> {
  readonly effect: "derive";
}

/** A rule for each field of what a policy derives, which computes a value of the field's type. */
export type DeriveRules<TDerives> = [TDerives] extends [z.core.$ZodObject]
  ? { readonly [K in keyof SchemaValue<TDerives>]-?: DeriveRule<never, SchemaValue<TDerives>[K]> }
  : unknown;
