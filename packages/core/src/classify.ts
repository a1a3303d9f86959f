import { unclassified } from "./contract.ts";
import type { Json } from "./json-snapshot.ts";
import type { ToolInfo } from "./release.ts";

/** The data classes that a tool touches: always the same ones, or as its arguments say. */
export type DataClassifier = readonly string[] | ((args: Json) => readonly string[]);

/** What an application says about a tool that no policy declares. */
export interface ToolDeclaration {
  /** A classifier that throws, or answers with anything but a list of names, yields `forego:unclassified`. */
  readonly dataClasses: DataClassifier;
}

/** Tells the data classes of a call, sorted. */
export type CallClassifier = (tool: string, args: Json) => readonly string[];

/**
 * Classifies calls by the union of what the release and the application declare. A tool that neither declares is
 * `forego:unclassified`, and so is what a failing classifier was asked about.
 */
export function createCallClassifier(
  released: Readonly<Record<string, ToolInfo>>,
  declared: Readonly<Record<string, ToolDeclaration>>,
): CallClassifier {
  const tools = new Map<string, DataClassifier>();
  for (const [tool, { data_classes: classes }] of Object.entries(released)) {
    if (classes !== undefined) tools.set(tool, union(classes, []));
  }
  for (const [tool, { dataClasses }] of Object.entries(declared)) {
    const classes = (tools.get(tool) ?? []) as readonly string[];
    const isFixed = isNameList(dataClasses);
    tools.set(tool, isFixed ? union(classes, dataClasses) : (args) => union(classes, run(dataClasses, args)));
  }
  return (tool, args) => {
    const classes = tools.get(tool);
    // fail closed: what nobody has classified belongs to a class that nobody is cleared for
    if (classes === undefined) return [unclassified];
    return typeof classes === "function" ? classes(args) : classes;
  };
}

function run(classifier: (args: Json) => readonly string[], args: Json): readonly string[] {
  try {
    const classes: unknown = classifier(args);
    if (isNameList(classes)) return classes;
    // a promise is no list, and nobody waits for it: its rejection must not end the process
    if (classes instanceof Promise) classes.catch(() => undefined);
  } catch {
    // falls through to the class for doubt
  }
  // fail closed: a classifier that failed has not classified
  return [unclassified];
}

function union(some: readonly string[], others: readonly string[]): readonly string[] {
  return [...new Set([...some, ...others])].sort();
}

function isNameList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}
