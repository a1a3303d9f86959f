import type { FailClosed } from "./fail-closed.ts";

/** How a comment begins that marks a place where a doubt becomes a deny. */
export const marker = "// fail closed: ";

/**
 * Breaks one place of a source text: behind its comment, the text of the row is replaced.
 *
 * @throws Error when the comment is not there, or not once, or the text does not follow it.
 */
export function breakPlace(source: string, { file, comment, broken: [text, instead] }: FailClosed): string {
  const parts = source.split(`${marker}${comment}\n`);
  const [before, after] = parts;
  if (before === undefined || after === undefined || parts.length !== 2)
    throw new Error(`${file} has not exactly one comment '${comment}'`);
  const at = after.indexOf(text);
  if (at < 0) throw new Error(`${file} has no '${text}' behind '${comment}'`);
  return `${before}${marker}${comment}\n${after.slice(0, at)}${instead}${after.slice(at + text.length)}`;
}
