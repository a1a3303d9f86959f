import type { LoweringBreak } from "./lowering/breaks-of.ts";
import { conditionBreaks } from "./lowering/condition-breaks.ts";
import { emitBreaks } from "./lowering/emit-breaks.ts";
import { guardBreaks } from "./lowering/guard-breaks.ts";
import { listBreaks } from "./lowering/list-breaks.ts";
import { memberBreaks } from "./lowering/member-breaks.ts";
import { preludeBreaks } from "./lowering/prelude-breaks.ts";
import { textBreaks } from "./lowering/text-breaks.ts";
import { valueBreaks } from "./lowering/value-breaks.ts";

/** A break of each rule by which the intermediate form becomes Rego. The differential suite must fail with each of them. */
export const loweringBreaks: readonly LoweringBreak[] = [
  ...conditionBreaks,
  ...valueBreaks,
  ...listBreaks,
  ...memberBreaks,
  ...textBreaks,
  ...guardBreaks,
  ...preludeBreaks,
  ...emitBreaks,
];

/**
 * Breaks a source text.
 *
 * @throws Error when the text of the break is not there, or not once.
 */
export function breakLowering(source: string, { file, broken: [text, instead] }: LoweringBreak): string {
  const [before, after, ...others] = source.split(text);
  if (before === undefined || after === undefined || others.length > 0)
    throw new Error(`${file} has not exactly one '${text}'`);
  return before + instead + after;
}
