import { unclassified } from "./contract.ts";
import type { Json } from "./json-snapshot.ts";

/** The data classes that a tool touches: always the same ones, or as its arguments say. */
export type DataClassifier = readonly string[] | ((args: Json) => readonly string[]);

/** What an application says about a tool that no policy declares. */
export interface ToolDeclaration {
  /** A classifier that throws, or answers with anything but a list of names, yields `forego:unclassified`. */
  readonly dataClasses: DataClassifier;
}

/**
 * The data classes of one call, sorted: the union of what the release and the application declare.
 * A tool that neither declares is `forego:unclassified`, and so is what a failing classifier was asked about.
 */
export function classifyCall(
  args: Json,
  released: readonly string[] | undefined,
  declared: DataClassifier | undefined,
): string[] {
  // fail closed: what nobody has classified belongs to a class that nobody is cleared for
  if (released === undefined && declared === undefined) return [unclassified];
  const classes = typeof declared === "function" ? runClassifier(declared, args) : (declared ?? []);
  return [...new Set([...(released ?? []), ...classes])].sort();
}

function runClassifier(classifier: (args: Json) => readonly string[], args: Json): readonly string[] {
  try {
    const classes: unknown = classifier(args);
    if (Array.isArray(classes) && classes.every((name) => typeof name === "string")) return classes;
    // a promise is no list, and nobody waits for it: its rejection must not end the process
    if (classes instanceof Promise) classes.catch(() => undefined);
  } catch {
    // falls through to the class for doubt
  }
  // fail closed: a classifier that failed has not classified
  return [unclassified];
}
