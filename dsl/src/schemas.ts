import { z } from "zod";

/** Bounds of an {@link int}, both included. */
export interface IntBounds {
  /** Defaults to -(2^53 - 1). */
  readonly min?: number;
  /** Defaults to 2^53 - 1. */
  readonly max?: number;
}

/**
 * A whole number that JavaScript and Rego represent exactly. Give it the bounds that it really has: they are checked
 * in every engine, and arithmetic is accepted only where the bounds show that it stays exact.
 */
export function int({
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
}: IntBounds = {}): z.ZodInt {
  return z.int().min(min).max(max);
}

/** A point in time as text: UTC, `2025-09-12T13:45:00Z`, with or without a fraction of a second. See `before` and `after`. */
export function isoTime(): z.ZodISODateTime {
  return z.iso.datetime();
}
