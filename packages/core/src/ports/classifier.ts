import { ForegoError } from "../contract/forego-error.ts";

/**
 * Finds out which data classes a text holds. Policies name classifiers (`classify: { args, result }` of a tool), and
 * the guard is given them by those names.
 *
 * One that throws or rejects, answers with a class that it does not list, or is given more than it may look at, has
 * found out nothing: all its classes are taken to be there, and `forego:unclassified` with them.
 */
export interface Classifier {
  /** Every class that it can find. */
  readonly classes: readonly string[];
  /** Characters of the longest text that it looks at. Defaults to 65,536. */
  readonly maxLength?: number;
  /**
   * The classes of a text, in any order. It cannot be interrupted while it runs, so that its time must be bounded by the
   * length of the text; what it awaits is within the guard's deadline. The text is hostile, and must not be kept.
   */
  classify(text: string): readonly string[] | PromiseLike<readonly string[]>;
}

/** Characters of the longest text that a classifier looks at, unless it says otherwise. */
export const defaultTextLength = 64 * 1024;

/**
 * The classifiers of an application, by name.
 *
 * @throws ForegoError FG4002 for one that is none.
 */
export function readClassifiers(
  given: Readonly<Record<string, Classifier>>,
): ReadonlyMap<string, Classifier> {
  for (const [name, { classes, maxLength = 1, classify }] of Object.entries(given)) {
    const isNamed = Array.isArray(classes) && classes.length > 0 && classes.every(isText);
    if (isNamed && Number.isSafeInteger(maxLength) && maxLength > 0 && typeof classify === "function")
      continue;
    throw new ForegoError(
      "FG4002",
      `The option 'classifiers.${name}' is no classifier.`,
      "give it an object with the names of its `classes`, a function `classify`, and if need be a `maxLength` above 0.",
    );
  }
  return new Map(Object.entries(given));
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "" && value.isWellFormed();
}
