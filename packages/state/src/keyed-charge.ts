import type { Charge, Counter } from "@forego/core";

/** A charge whose numbers were checked, under the key of its counter. */
export interface KeyedCharge {
  readonly key: string;
  readonly counter: string;
  readonly cost: number;
  readonly limit: number;
  readonly windowMs: number;
  readonly soft: boolean;
}

/** Makes a key of any text. Equal keys mean equal texts. */
export type KeyOf = (text: string) => string;

/** Windows end before their milliseconds cannot be counted exactly. */
const maxWindowMs = 2 ** 52;

/**
 * Checks charges and finds the keys of their counters.
 *
 * @throws RangeError when a number is not what it must be.
 */
export function keyCharges(charges: readonly Charge[], keyOf: KeyOf): readonly KeyedCharge[] {
  return charges.map((charge) => ({
    key: counterKey(charge, keyOf),
    counter: charge.counter,
    cost: checkCost(charge.cost),
    limit: checkLimit(charge.limit),
    windowMs: charge.windowMs,
    soft: charge.soft === true,
  }));
}

/** The key of a counter. The same text over another window is another counter. */
export function counterKey({ counter, windowMs }: Counter, keyOf: KeyOf): string {
  if (Number.isSafeInteger(windowMs) && windowMs >= 1 && windowMs <= maxWindowMs) {
    // as JSON, which is well formed whatever the counter holds
    return keyOf(JSON.stringify([windowMs, counter]));
  }
  throw new RangeError("a window is a whole number of milliseconds, 1 to 2^52");
}

/**
 * Checks what a reservation really cost.
 *
 * @throws RangeError when a cost is not a whole number.
 */
export function checkCosts(costs: readonly number[]): void {
  for (const cost of costs) checkCost(cost);
}

/**
 * Checks how old reservations are at least.
 *
 * @throws RangeError when it is not a whole number.
 */
export function checkAge(olderThanMs: number): number {
  if (Number.isSafeInteger(olderThanMs)) return olderThanMs;
  throw new RangeError("an age is a whole number of milliseconds");
}

/** There are more or fewer costs than charges. */
export function wrongCosts(): RangeError {
  return new RangeError("a reservation is committed with one cost for each of its charges");
}

function checkCost(cost: number): number {
  if (Number.isSafeInteger(cost) && cost >= 0) return cost;
  // fail closed: what cannot be counted is not reserved
  throw new RangeError("a cost is a whole number, 0 to 2^53 - 1");
}

function checkLimit(limit: number): number {
  // fail closed: a limit that is no number would refuse nothing
  if (!(limit >= 0)) throw new RangeError("a limit is a number that is not negative");
  return Math.min(Math.floor(limit), Number.MAX_SAFE_INTEGER);
}

/** The numbers that are told: up to 2^53 - 1, whatever came together. */
export function told(amount: number): number {
  return Math.min(amount, Number.MAX_SAFE_INTEGER);
}
