import { pathToFileURL } from "node:url";
import type { Json } from "@forego/core";
import type { Policy } from "@forego/dsl";
import type { IrPolicy, IrRelease, IrRule } from "@forego/ir";
import { plain } from "./ask-rule.ts";
import type { ComparedDerivation, ComparedRule, Program } from "./compared-release.ts";

/** A policy's module: what there is in JavaScript of its rules, and of what it derives. */
interface LoadedPolicy {
  readonly rules: readonly Omit<ComparedRule, "derivations">[];
  readonly derivations: readonly ComparedDerivation[];
}

/**
 * Runs the modules of a release's policies, and takes the predicates of their rules from there.
 *
 * @param pathOf where the file of a policy is, `category.policy`.
 */
export async function loadRules(
  { policies }: IrRelease,
  pathOf: (policy: string) => string,
): Promise<readonly ComparedRule[]> {
  const loaded = [];
  for (const policy of policies) loaded.push(await load(policy, pathOf(`${policy.category}.${policy.name}`)));
  const derivations = loaded.flatMap((policy) => policy.derivations);
  return loaded.flatMap(({ rules }) => rules.map((rule) => ({ ...rule, derivations })));
}

async function load(policy: IrPolicy, path: string): Promise<LoadedPolicy> {
  const loaded: { default: Policy } = await import(pathToFileURL(path).href);
  const { rules, category, expires } = loaded.default;
  const data = plain(policy.data as Json);
  const end = category === "override" && expires !== undefined ? { expires } : {};
  return {
    rules: policy.rules.map((ir) => {
      const rule = rules[ir.id.split(".").at(-1) ?? ""];
      if (rule === undefined || "value" in rule) throw new Error(`the module has no rule ${ir.id}`);
      const { when = () => true } = rule;
      return { ir, data, when, programs: programsIn(rule, ir), ...end };
    }),
    derivations: policy.derivations.map(({ id, field }) => {
      const rule = rules[field];
      if (rule === undefined || !("value" in rule)) throw new Error(`the module does not derive ${id}`);
      return { field, data, value: rule.value };
    }),
  };
}

/** What a rule computes, each value as JavaScript does. */
function programsIn(rule: object, { values = {} }: IrRule): ComparedRule["programs"] {
  const { set } = rule as { readonly set?: Readonly<Record<string, Program>> };
  const own = (set ?? rule) as Readonly<Record<string, unknown>>;
  return Object.keys(values).map((name) => {
    const value = own[name];
    return [name, typeof value === "function" ? (value as Program) : () => value];
  });
}
