import fc from "fast-check";

/** How many candidates are tried together. */
const width = 40;

/** A value that an arbitrary made, and can make simpler. */
export type Shrinkable<T> = fc.Value<T>;

/** Samples an arbitrary, as `fc.sample` does, so that what it made can be made simpler. */
export function sampleShrinkable<T>(
  arbitrary: fc.Arbitrary<T>,
  parameters: { readonly seed: number; readonly numRuns: number },
): readonly Shrinkable<T>[] {
  const made: Shrinkable<T>[] = [];
  const keeping = new (class extends fc.Arbitrary<T> {
    override generate(random: fc.Random, bias: number | undefined): fc.Value<T> {
      const value = arbitrary.generate(random, bias);
      made.push(value);
      return value;
    }
    override canShrinkWithoutContext(value: unknown): value is T {
      return arbitrary.canShrinkWithoutContext(value);
    }
    override shrink(value: T, context: unknown): fc.Stream<fc.Value<T>> {
      return arbitrary.shrink(value, context);
    }
  })();
  fc.sample(keeping, parameters);
  return made;
}

/**
 * Makes a failing value simpler while it fails and there is time. Looking at many costs little more than looking at
 * one, so candidates are tried together.
 *
 * @param firstFailing tells which of some values fails first, if any.
 */
export async function shrinkTogether<T>(
  arbitrary: fc.Arbitrary<T>,
  failing: Shrinkable<T>,
  firstFailing: (values: readonly T[]) => Promise<number | undefined>,
  timeoutMs: number,
): Promise<T> {
  const until = performance.now() + timeoutMs;
  let smallest = failing;
  let candidates = arbitrary.shrink(smallest.value_, smallest.context);
  while (performance.now() < until) {
    const some: Shrinkable<T>[] = [];
    for (const one of candidates) if (some.push(one) === width) break;
    if (some.length === 0) break;
    const found = some[(await firstFailing(some.map(({ value_ }) => value_))) ?? -1];
    if (found === undefined) continue;
    smallest = found;
    candidates = arbitrary.shrink(smallest.value_, smallest.context);
  }
  return smallest.value_;
}
