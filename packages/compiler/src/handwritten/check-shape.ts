import type { ReportRego } from "./rego-mistakes.ts";
import {
  allParts,
  isObject,
  pathOf,
  type RegoLocation,
  type RegoRule,
  type RegoTree,
  textSteps,
  variableOf,
} from "./rego-syntax.ts";

/** What hand-written Rego is looked at with. */
export interface ShapeSurroundings {
  /** The path of its package below `data`. */
  readonly package: readonly string[];
  /** Names of the rules that the policy has. */
  readonly rules: ReadonlySet<string>;
  readonly report: ReportRego;
}

/** The set that says which rules match. */
const answer = "hits";

/**
 * Checks that a module answers with a closed shape: its own package, nothing of other packages, no other input than the
 * call's, and `hits` as a set of names that are written down and that the policy knows. What OPA calls a partial set is
 * always there and never contradicts itself, so that no input can take the answer away.
 */
export function checkShape(tree: RegoTree, surroundings: ShapeSurroundings): void {
  checkPackage(tree, surroundings);
  const { report } = surroundings;
  for (const { path, location } of tree.imports ?? []) {
    const [head, ...steps] = pathOf(path) ?? [];
    if (variableOf(head) === "rego" && textSteps(steps).join() === "v1") continue;
    const message = "only `import rego.v1` is linked";
    report(location, "FG1031", {
      message,
      fix: "write the path in full: input.action.args, not an alias of it",
    });
  }
  if (!(tree.imports ?? []).some(({ path }) => textSteps(pathOf(path)?.slice(1) ?? []).join() === "v1")) {
    const message = "the module does not say which Rego it is";
    report(tree.package.location, "FG1031", { message, fix: "write `import rego.v1` below the package" });
  }
  for (const part of allParts(tree.rules ?? [])) {
    if (!isObject(part) || part.with === undefined) continue;
    const message = "`with` puts another input in the place of the call's";
    report(part.location as RegoLocation, "FG1031", { message, fix: "hand a function what it looks at" });
  }
  for (const rule of tree.rules ?? []) checkHead(rule, surroundings);
}

function checkPackage(
  { package: { path, location } }: RegoTree,
  { package: own, report }: ShapeSurroundings,
) {
  const [, ...steps] = path;
  if (textSteps(steps).join(".") === own.join(".") && steps.length === own.length) return;
  const fix = `write: package ${own.join(".")}`;
  report(location, "FG1031", { message: "the package is not the policy's own", fix });
}

/** Names that a rule's head may have: one of its own, and for `hits` an entry that is written down. */
function checkHead(rule: RegoRule, { rules, report }: ShapeSurroundings): void {
  const { head, location } = rule;
  const name = nameOf(rule);
  if (name === undefined) {
    const message =
      "a rule that makes entries of an object can contradict itself, or reach into another package";
    report(location, "FG1031", { message, fix: "make a set with `contains`, or a value with `:=`" });
    return;
  }
  if (name !== answer) return;
  const { key, value, args } = head;
  if (key === undefined || value !== undefined || args !== undefined || rule.else !== undefined) {
    const fix = 'write: hits contains "<rule>" if { ... }';
    report(location, "FG1031", { message: "`hits` is not a set of rule names", fix });
  } else if (key.type !== "string") {
    report(key.location, "FG1031", {
      message: "the name of the rule is not written down",
      fix: 'write it in quotes, one `hits contains "..."` a rule',
    });
  } else if (!rules.has(String(key.value))) {
    const message = `the policy has no rule '${key.value}'`;
    report(key.location, "FG1031", { message, fix: "say in the policy's `rules` what it means" });
  }
}

/** The name that a rule defines; `undefined` where it is more than a name. */
export function nameOf({ head: { ref = [] } }: RegoRule): string | undefined {
  return ref.length === 1 ? variableOf(ref[0]) : undefined;
}

/** A rule of a module that adds to `hits`, by the name that it adds. */
export function hitsOf({
  rules = [],
}: RegoTree): readonly { readonly name: string; readonly rule: RegoRule }[] {
  return rules.flatMap((rule) => {
    const { key } = rule.head;
    return nameOf(rule) === answer && key?.type === "string" ? [{ name: String(key.value), rule }] : [];
  });
}
