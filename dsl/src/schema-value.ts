import type { z } from "zod";

/** What a schema describes, read-only; nothing where there is no schema. */
export type SchemaValue<TSchema> = TSchema extends z.core.$ZodType
  ? Frozen<z.output<TSchema>>
  : Record<never, never>;

/** A value that cannot be changed, all the way down. Lists stay lists, and tuples tuples. */
export type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
