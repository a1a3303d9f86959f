import fc from "fast-check";

/** A number from 0 to a maximum, all as likely. Shrinks to 0: what comes first in a table is the simplest. */
export function nat(max: number): fc.Arbitrary<number> {
  return fc.noBias(fc.nat(max));
}
