import { unclassified } from "../contract/contract.ts";
import { ForegoError } from "../contract/forego-error.ts";
import { copyJson, type Json } from "../json/json-snapshot.ts";
import { readableText } from "../json/readable-text.ts";
import { union } from "../json/union.ts";
import { type Classifier, defaultTextLength } from "../ports/classifier.ts";
import type { ToolInfo } from "../release/release.ts";
import { ask, Interrupted, type Steps } from "../steps/steps.ts";

/** The data classes that a tool touches: always the same ones, or as its arguments say. */
export type DataClassifier = readonly string[] | ((args: Json) => readonly string[]);

/** What an application says about a tool. */
export interface ToolDeclaration {
  /**
   * The data classes of its calls, beside those that policies declare. A classifier that throws, or answers with anything
   * but a list of names, yields `forego:unclassified`.
   */
  readonly dataClasses?: DataClassifier;
  /** The MCP server that it comes from, for hosts that do not say so of a call: its release is asked as well. */
  readonly server?: string;
}

/** Tells the data classes of calls and of what they return, sorted. */
export interface CallClassifier {
  /** Those of a call, by what is declared of its tool and by its arguments; `undefined` where nobody has classified it. */
  call(tool: string, args: Json): Steps<readonly string[] | undefined>;
  /** Those of what a call returned, with those of the call; `undefined` is a result that cannot be read. */
  result(tool: string, result: Json | undefined, ofCall: readonly string[]): Steps<readonly string[]>;
  /** Whether the classes of a call depend on its arguments. */
  readsArguments(tool: string): boolean;
  /** Whether what a tool returns may have more classes than its call. */
  addsByResult(tool: string): boolean;
}

/** All that is known of one tool. */
interface KnownTool {
  /** By release and application; `undefined` where neither says anything. */
  readonly declared: readonly string[] | ((args: Json) => readonly string[]) | undefined;
  /** Classifiers that look at its arguments, and at its results; `undefined` where none is named. */
  readonly args: readonly Classifier[] | undefined;
  readonly result: readonly Classifier[] | undefined;
}

/** A tool that nobody has said anything of. */
const unknownTool: KnownTool = { declared: undefined, args: undefined, result: undefined };

/**
 * Classifies calls by the union of what the release and the application declare, and of what classifiers find. What
 * a failing classifier was asked about is `forego:unclassified`.
 *
 * @throws ForegoError FG4006 when the release names a classifier that is not there.
 */
export function createCallClassifier(
  released: Readonly<Record<string, ToolInfo>>,
  declared: Readonly<Record<string, ToolDeclaration>>,
  classifiers: ReadonlyMap<string, Classifier>,
): CallClassifier {
  const tools = new Map<string, KnownTool>();
  for (const [tool, { data_classes: classes, classify = {} }] of Object.entries(released)) {
    const find = (names: readonly string[] | undefined) =>
      names?.map((name) => findClassifier(classifiers, name, tool));
    tools.set(tool, {
      declared: classes && union(classes, []),
      args: find(classify.args),
      result: find(classify.result),
    });
  }
  for (const [tool, { dataClasses }] of Object.entries(declared)) {
    if (dataClasses === undefined) continue;
    const known = tools.get(tool) ?? unknownTool;
    const classes = (known.declared ?? []) as readonly string[];
    const isFixed = isNameList(dataClasses);
    const both = isFixed
      ? union(classes, dataClasses)
      : (args: Json) => union(classes, run(dataClasses, args));
    tools.set(tool, { ...known, declared: both });
  }
  return {
    *call(tool, args) {
      const known = tools.get(tool) ?? unknownTool;
      if (known.declared === undefined && known.args === undefined) return undefined;
      const { declared = [] } = known;
      const classes = typeof declared === "function" ? declared(args) : declared;
      return known.args === undefined ? classes : union(classes, yield* look(known.args, args));
    },
    *result(tool, result, ofCall) {
      const known = tools.get(tool) ?? unknownTool;
      // fail closed: that the arguments were looked at says nothing of what came back
      if (known.declared === undefined && known.result === undefined) return union(ofCall, [unclassified]);
      return known.result === undefined ? ofCall : union(ofCall, yield* look(known.result, result));
    },
    readsArguments(tool) {
      const { declared, args } = tools.get(tool) ?? unknownTool;
      return args !== undefined || typeof declared === "function";
    },
    addsByResult(tool) {
      const { declared, args, result } = tools.get(tool) ?? unknownTool;
      return result !== undefined || (declared === undefined && args !== undefined);
    },
  };
}

function findClassifier(
  classifiers: ReadonlyMap<string, Classifier>,
  name: string,
  tool: string,
): Classifier {
  const found = classifiers.get(name);
  if (found !== undefined) return found;
  throw new ForegoError(
    "FG4006",
    `The release names the classifier '${name}' for the tool '${tool}', and the guard has none of that name.`,
    `give it to the guard: classifiers: { "${name}": … }, such as piiClassifier() of @forego/classifiers.`,
  );
}

/** What classifiers find in a value, one after the other. */
function* look(classifiers: readonly Classifier[], value: Json | undefined): Steps<readonly string[]> {
  const lengths = classifiers.map(({ maxLength = defaultTextLength }) => maxLength);
  const text = value === undefined ? undefined : readableText(value, Math.max(0, ...lengths));
  const found = new Set<string>();
  for (const classifier of classifiers) {
    for (const name of yield* lookWith(classifier, text)) found.add(name);
  }
  return [...found];
}

function* lookWith(classifier: Classifier, text: string | undefined): Steps<readonly string[]> {
  const { classes, maxLength = defaultTextLength } = classifier;
  try {
    if (text !== undefined && text.length <= maxLength) {
      const found: unknown = yield* ask(classifier.classify, () => classifier.classify(text));
      if (isNameList(found) && found.every((name) => classes.includes(name))) return found;
    }
  } catch (cause) {
    if (cause instanceof Interrupted) throw cause;
  }
  // fail closed: where a classifier has not found out what is there, all that it looks for may be
  return [...classes, unclassified];
}

function run(classifier: (args: Json) => readonly string[], args: Json): readonly string[] {
  try {
    // what it does with them changes nothing of what is decided
    const classes: unknown = classifier(copyJson(args));
    if (isNameList(classes)) return classes;
    // a promise is no list, and nobody waits for it: its rejection must not end the process
    if (classes instanceof Promise) classes.catch(() => undefined);
  } catch {
    // falls through to the class for doubt
  }
  // fail closed: a classifier that failed has not classified
  return [unclassified];
}

function isNameList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}
