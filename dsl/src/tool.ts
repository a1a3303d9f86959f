import type { z } from "zod";

/** What a tool declares beside its arguments. */
export interface ToolOptions {
  /** The data classes that the tool touches. A tool that nobody declares is `forego:unclassified`. */
  readonly data_classes?: readonly string[];
  /**
   * Classifiers that find out what else it touches, by the names under which the guard has them: `args` look at the
   * arguments of each call, `result` at what it returns. What they find is in `action.data_classes_referenced`, and
   * from then on in `context.data_classes_seen`. A guard that has none of the name does not load the release.
   */
  readonly classify?: { readonly args?: readonly string[]; readonly result?: readonly string[] };
}

/** A tool that rules can name: its arguments are typed in every rule that is pinned to it. */
export interface Tool<TArgs extends z.core.$ZodObject = z.core.$ZodObject> extends ToolOptions {
  readonly kind: "tool";
  readonly name: string;
  readonly args: TArgs;
}

/**
 * Declares a tool: its name as the host knows it, and its arguments as a zod object.
 *
 * A rule that names the tool applies to no other, and reads its arguments as `args`. Arguments that are not what the
 * schema says make the rule invalid: a deny or an approval rule then denies.
 * Checks that Rego cannot keep (refinements, transforms, coercion) are compile errors.
 */
export function tool<TArgs extends z.core.$ZodObject>(
  name: string,
  args: TArgs,
  options: ToolOptions = {},
): Tool<TArgs> {
  return { kind: "tool", name, args, ...options };
}
