import type { Category } from "@forego/core";
import type { z } from "zod";
import { nameRule } from "./lift-rule.ts";
import type {
  ApprovalOptions,
  Overridable,
  OverrideTerms,
  RedactOptions,
  RuleOfAll,
  RuleOptions,
} from "./policy.ts";
import type { Tool } from "./tool.ts";

/**
 * What hand-written Rego may read: paths of the input, such as `action.args.amount` and `user.groups`, or `"input"` for
 * all that the contract has. Each path must be there, and be what the contract or the schema of the tool or the facts
 * says; one that ends with `?` may be absent. A rule whose reads are not so is invalid.
 */
export type RegoReads = readonly string[] | "input";

/** What a rule says of itself whose condition stands in Rego. */
export type RegoRuleOptions<TTool> = Omit<RuleOptions<never, TTool>, "when"> & {
  /** What this rule reads, where that is something else than the policy says. */
  readonly reads?: RegoReads;
};

interface AllRegoEffects {
  /** Allows the call, unless another rule denies or asks. */
  readonly allow: <TTool extends Tool | undefined = undefined>(options: RegoRuleOptions<TTool>) => RegoRule;
  /** Denies the call, whatever any other rule says. */
  readonly deny: <TTool extends Tool | undefined = undefined>(
    options: RegoRuleOptions<TTool> & Overridable,
  ) => RegoRule;
  /** Lets the call wait for somebody's approval. */
  readonly requireApproval: <TTool extends Tool | undefined = undefined>(
    options: RegoRuleOptions<TTool> & Pick<ApprovalOptions<never, TTool>, "from" | "overridable">,
  ) => RegoRule;
  /** Takes values out of the arguments or the result of a call that is allowed. */
  readonly redact: <TTool extends Tool | undefined = undefined>(
    options: RegoRuleOptions<TTool> & Pick<RedactOptions<never, TTool>, "paths" | "overridable">,
  ) => RegoRule;
  /** Marks what it matches for audit, and changes nothing else. */
  readonly audit: <TTool extends Tool | undefined = undefined>(options: RegoRuleOptions<TTool>) => RegoRule;
}

interface RegoEffectNames {
  readonly identity: "deny";
  readonly resource: "allow" | "deny" | "requireApproval";
  readonly workflow: "deny" | "requireApproval";
  readonly compliance: "deny" | "requireApproval" | "redact" | "audit";
  readonly override: "deny";
}

/** A rule as the policy object holds it. What it asks stands in Rego, and cannot be called. */
export type RegoRule = RuleOfAll<never>;

/** The effects that hand-written Rego of a category may use: those that need no value but true. */
export type RegoEffects<TCategory extends Category> = Pick<AllRegoEffects, RegoEffectNames[TCategory]>;

interface RegoTerms<TCategory extends Category, TRules> {
  /** The bundle that the policy belongs to, which says what it may do. Defaults to `"resource"`. */
  readonly category?: TCategory;
  /** `snake_case`, one of its kind within the category. */
  readonly name: string;
  /** `major.minor.patch` */
  readonly version: string;
  readonly owner?: string;
  readonly justification?: string;
  readonly expires?: string;
  /** Path of the Rego, from this file. Its package is `forego.<category>.rego.<name>`, and it defines the set `hits`. */
  readonly module: string;
  /** What the Rego reads of the input. */
  readonly reads: RegoReads;
  /** The form of `<file>.data.json` beside the policy: `data.forego.<category>.documents.<name>` to the Rego. */
  readonly data?: z.core.$ZodType;
  readonly facts?: z.core.$ZodType;
  /** What each entry of `hits` means, by name. The doc comment of each is its description. */
  readonly rules: (effects: RegoEffects<TCategory>) => TRules;
}

/** A policy whose conditions are hand-written Rego. */
export interface RegoPolicy<TRules = Readonly<Record<string, RegoRule>>> {
  readonly kind: "rego";
  readonly category: Category;
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  readonly justification?: string;
  readonly expires?: string;
  readonly module: string;
  readonly reads: RegoReads;
  readonly data?: z.core.$ZodType;
  readonly facts?: z.core.$ZodType;
  readonly rules: TRules;
}

/**
 * Declares a policy whose conditions are Rego that is there already. Export it as the default of a `*.policy.ts` file.
 *
 * The Rego is checked by OPA and linked as it is: a rule matches when its name is in the set `hits` of the module.
 * What the Rego means is **not proven**: only OPA can evaluate it, and releases say so wherever they name its rules.
 */
export function rego<
  const TCategory extends Category = "resource",
  TRules extends Readonly<Record<string, RegoRule>> = Readonly<Record<string, RegoRule>>,
>(
  terms: RegoTerms<TCategory, TRules> & (TCategory extends "override" ? OverrideTerms : unknown),
): RegoPolicy<TRules> {
  const { rules, category = "resource", ...rest } = terms;
  const rule = (effect: string) => (options: object) => ({ ...options, effect }) as never;
  const effects: AllRegoEffects = {
    allow: rule("allow"),
    deny: rule("deny"),
    requireApproval: rule("require_approval"),
    redact: rule("redact"),
    audit: rule("audit"),
  };
  const made = rules(effects as never);
  for (const [name, one] of Object.entries(made)) nameRule(one, [category, terms.name, name].join("."));
  return { ...rest, kind: "rego", category, rules: made };
}
