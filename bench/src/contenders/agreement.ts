import type { Input } from "@forego/core";
import type { Answer, Contender } from "./contender.ts";

/** How many inputs came out how, all contenders agreeing. */
export type Agreement = Readonly<Record<Answer["effect"], number>>;

/**
 * Has every contender decide every input, and compares the answers with those of the first.
 *
 * @throws Error that shows the first disagreements: numbers of contenders that differ mean nothing.
 */
export async function checkAgreement(
  contenders: readonly Contender[],
  inputs: readonly Input[],
): Promise<Agreement> {
  const counts = { allow: 0, deny: 0, require_approval: 0 };
  const problems: string[] = [];
  for (const input of inputs) {
    const answers = await Promise.all(
      contenders.map(async ({ name, prepare, read }) => ({ name, ...read(await prepare(input)()) })),
    );
    const [reference, ...others] = answers;
    if (reference === undefined) throw new Error("there is no contender");
    counts[reference.effect] += 1;
    const differing = others.filter((answer) => !isSame(answer, reference));
    if (differing.length > 0) problems.push(JSON.stringify({ reference, differing, input }));
  }
  if (problems.length > 0)
    throw new Error(
      `the contenders disagree about ${problems.length} inputs:\n${problems.slice(0, 3).join("\n")}`,
    );
  return counts;
}

function isSame(left: Answer, right: Answer): boolean {
  if (left.effect !== right.effect) return false;
  if (left.reasons === undefined || right.reasons === undefined) return true;
  return left.reasons.toSorted().join() === right.reasons.toSorted().join();
}
