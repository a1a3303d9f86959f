import type { Category, Effect, Phase, PolicyInput } from "@forego/core";
import type { z } from "zod";
import type { BudgetOptions, RateLimitOptions, StateDocument } from "./budget-rule.ts";
import type { DeriveOptions, DeriveRule, DeriveRules } from "./derive-rule.ts";
import { type LiftOptions, nameRule } from "./lift-rule.ts";
import type { Frozen, SchemaValue } from "./schema-value.ts";
import type { Tool } from "./tool.ts";

/** What a predicate is handed: the input, and the documents that the policy declares. */
export type PolicyContext<TData, TFacts, TDerived = undefined, TState = undefined> = PolicyInput &
  PolicyDocuments<TData, TFacts> &
  DerivedDocument<TDerived> &
  StateDocument<TState>;

/** The documents that a policy declares. */
export interface PolicyDocuments<TData, TFacts> {
  /** The policy's data: `<file>.data.json` beside the policy, of the form of its `data` schema. */
  readonly data: SchemaValue<TData>;
  /** Attributes fetched for this call, of the form of the `facts` schema. */
  readonly facts: SchemaValue<TFacts>;
}

/** What identity policies derive, of the form of the `derived` schema; nothing where there is none. */
export type DerivedDocument<TDerived> = TDerived extends z.core.$ZodType
  ? { readonly derived: SchemaValue<TDerived> }
  : unknown;

/** The arguments of the tool that a rule is pinned to. */
export type ToolArguments<TTool> =
  TTool extends Tool<infer TArgs> ? { readonly args: Frozen<z.output<TArgs>> } : unknown;

/**
 * A value that a denial may tell the model and the user: a path that the rule reads, such as `args.amount` or
 * `data.refund_limit`; of a budget or a rate limit also what is counted. The compiler checks what is there.
 */
export type ToldPath =
  | `${"tenant" | "agent" | "user" | "action" | "args" | "context" | "environment" | "facts" | "data" | "state"}.${string}`
  | "limit"
  | "used"
  | "remaining";

/** What every rule says of itself. Metadata is literal; only `when` is a program. */
export interface RuleOptions<TContext, TTool> {
  /** A stable code, `snake_case`. `forego.` is reserved. */
  readonly reason: string;
  /** Pins the rule to one tool, and types its `args`. */
  readonly tool?: TTool;
  /** The phases in which the rule applies. Defaults to `["tool_call"]`. */
  readonly on?: readonly Phase[];
  /** Whether the rule matches. Plain TypeScript within the policy language; everything else is a compile error. */
  readonly when: (context: TContext & ToolArguments<TTool>) => boolean;
  /** What the model or the user can do about it, as a code. */
  readonly remediation?: string;
  /** Where a person can appeal. The model and the user are told. */
  readonly appeal_path?: string;
  /**
   * Values that the model and the user are told where the rule decides: at most 8 single values that it reads. Nothing
   * is told that is not named here. Texts are quoted and cut at 80 characters.
   */
  readonly tell?: readonly ToldPath[];
  /** Marks decisions that this rule takes part in for audit. */
  readonly audit?: boolean;
}

/** What a rule that restricts says beside. */
export interface Overridable {
  /** The owners whose overrides may lift the rule. Nobody's may, unless it is written here. */
  readonly overridable?: { readonly by: readonly string[] };
}

/** A rule that takes values out of the arguments, or out of the result. */
export interface RedactOptions<TContext, TTool> extends RuleOptions<TContext, TTool>, Overridable {
  /**
   * What is taken out: `args.to`, `result.rows[*].ssn`. `[*]` stands for every entry. A text becomes `[redacted]`, any
   * other value `null`. Paths into the result make the rule apply to results, unless `on` says otherwise.
   */
  readonly paths: readonly string[];
}

/** Values for arguments of the tool, each computed from the call. */
export type ArgumentValues<TContext, TTool> =
  TTool extends Tool<infer TArgs>
    ? {
        readonly [K in keyof z.output<TArgs>]?: (
          context: TContext & ToolArguments<TTool>,
        ) => Frozen<z.output<TArgs>[K]>;
      }
    : never;

/** A rule that puts other values in the place of arguments. */
export interface TransformOptions<TContext, TTool> extends RuleOptions<TContext, TTool> {
  readonly tool: TTool;
  /** The arguments that change, each with its new value. Two rules that disagree about one deny the call. */
  readonly set: ArgumentValues<TContext, TTool>;
}

/** Who may approve: the requester, or members of the groups. */
export type ApprovalFrom =
  | "user"
  | {
      readonly groups: readonly string[];
      /** Defaults to `true`: whoever asked cannot approve. */
      readonly not_requester?: boolean;
      /** How many different people must approve. Defaults to 1. */
      readonly quorum?: number;
    };

/** A rule that asks somebody. */
export interface ApprovalOptions<TContext, TTool> extends RuleOptions<TContext, TTool>, Overridable {
  /** Defaults to `"user"`: the requester confirms. */
  readonly from?: ApprovalFrom;
}

/** A rule as the policy object holds it. `when` can be called: the policy is plain JavaScript. */
export interface Rule<TContext = never, TTool = unknown> extends ApprovalOptions<TContext, TTool> {
  readonly effect: Effect;
}

/** A rule that may leave out `when`: it applies to every call then. */
export type RuleOfAll<TContext> = Omit<Rule<TContext>, "when"> & Partial<Pick<Rule<TContext>, "when">>;

interface AllEffects<TContext> {
  /** Allows the call, unless another rule denies or asks. */
  readonly allow: <TTool extends Tool | undefined = undefined>(
    options: RuleOptions<TContext, TTool>,
  ) => Rule<TContext & ToolArguments<TTool>>;
  /** Denies the call, whatever any other rule says. */
  readonly deny: <TTool extends Tool | undefined = undefined>(
    options: RuleOptions<TContext, TTool> & Overridable,
  ) => Rule<TContext & ToolArguments<TTool>>;
  /** Lets the call wait for somebody's approval. */
  readonly requireApproval: <TTool extends Tool | undefined = undefined>(
    options: ApprovalOptions<TContext, TTool>,
  ) => Rule<TContext & ToolArguments<TTool>>;
  /** Takes values out of the arguments or the result of a call that is allowed. */
  readonly redact: <TTool extends Tool | undefined = undefined>(
    options: RedactOptions<TContext, TTool>,
  ) => Rule<TContext & ToolArguments<TTool>>;
  /** Puts other values in the place of arguments of a call that is allowed; it is decided again with them. */
  readonly transform: <TTool extends Tool>(
    options: TransformOptions<TContext, TTool>,
  ) => Rule<TContext & ToolArguments<TTool>>;
  /** Marks what it matches for audit, and changes nothing else. */
  readonly audit: <TTool extends Tool | undefined = undefined>(
    options: RuleOptions<TContext, TTool>,
  ) => Rule<TContext & ToolArguments<TTool>>;
  /** Takes what a call costs from a limit, and denies the call when too little is left. */
  readonly budget: <TTool extends Tool | undefined = undefined>(
    options: BudgetOptions<TContext, TTool>,
  ) => RuleOfAll<TContext & ToolArguments<TTool>>;
  /** Denies a call when there have been too many. */
  readonly rateLimit: <TTool extends Tool | undefined = undefined>(
    options: RateLimitOptions<TContext, TTool>,
  ) => RuleOfAll<TContext & ToolArguments<TTool>>;
  /** Takes back what rules of others say, where their owners let it. */
  readonly lift: <TTool extends Tool | undefined = undefined>(
    options: LiftOptions<TContext, TTool>,
  ) => Rule<TContext & ToolArguments<TTool>>;
  /** Computes a field of what the policy `derives`: the one that the rule is named as. */
  readonly derive: <const TValue>(options: DeriveOptions<TContext, TValue>) => DeriveRule<TContext, TValue>;
}

interface EffectNames {
  readonly identity: "deny" | "derive";
  readonly resource: "allow" | "deny" | "requireApproval";
  readonly workflow: "deny" | "requireApproval" | "budget" | "rateLimit";
  readonly compliance: "deny" | "requireApproval" | "redact" | "transform" | "audit";
  readonly override: "deny" | "lift";
}

/** The effects that a category may use. */
export type Effects<TCategory extends Category, TContext> = Pick<
  AllEffects<TContext>,
  EffectNames[TCategory]
>;

/** What an override must say beside what every policy says. */
export interface OverrideTerms {
  readonly owner: string;
  /** Why the override exists, for reviewers. */
  readonly justification: string;
  /** UTC time after which none of its rules matches any more. */
  readonly expires: string;
}

/** What an identity policy may say, and what any other one may. */
type DerivedTerms<TCategory extends Category, TDerives, TDerived> = TCategory extends "identity"
  ? {
      /** What the policy computes for others, a derive rule each field. */
      readonly derives?: TDerives;
      readonly derived?: never;
    }
  : {
      /** What identity policies derive and the rules read as `derived`: the schema that those import, too. */
      readonly derived?: TDerived;
      readonly derives?: never;
    };

interface PolicyTerms<TCategory extends Category, TData, TFacts, TDerives, TDerived, TState, TRules> {
  /** The bundle that the policy belongs to, which says what it may do. Defaults to `"resource"`. */
  readonly category?: TCategory;
  /** `snake_case`, one of its kind within the category. */
  readonly name: string;
  /** `major.minor.patch` */
  readonly version: string;
  readonly owner?: string;
  readonly justification?: string;
  readonly expires?: string;
  /** `"allow"` lets calls run that no rule speaks about. Only in `resource`, and only where it is written. */
  readonly default?: TCategory extends "resource" ? "allow" : never;
  readonly data?: TData;
  readonly facts?: TFacts;
  /** Names of the `budget` and `rateLimit` rules of this policy that others read, as `state.<name>`. */
  readonly state?: TState;
  /** The rules, by name. The doc comment of each is its description. */
  readonly rules: (
    effects: Effects<TCategory, PolicyContext<TData, TFacts, TDerived, TState>>,
  ) => TRules & DeriveRules<TDerives>;
}

/** A policy's terms, with its rules by name. */
export interface Policy<TRules = Readonly<Record<string, RuleOfAll<never> | DeriveRule>>> {
  readonly kind: "policy";
  readonly category: Category;
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  readonly justification?: string;
  readonly expires?: string;
  readonly default?: "allow";
  readonly data?: z.core.$ZodType;
  readonly facts?: z.core.$ZodType;
  readonly derives?: z.core.$ZodObject;
  readonly derived?: z.core.$ZodObject;
  readonly state?: readonly string[];
  readonly rules: TRules;
}

/**
 * Declares a policy. Export it as the default of a `*.policy.ts` file.
 *
 * The zod schemas type what the predicates see; the compiler reads them too, and checks every value that a rule reads
 * against them before the rule runs. A rule whose reads are not what the schemas say is invalid: it denies if it
 * could deny or ask, and does not match if it could allow.
 */
export function policy<
  const TCategory extends Category = "resource",
  TData extends z.core.$ZodType | undefined = undefined,
  TFacts extends z.core.$ZodType | undefined = undefined,
  TDerives extends z.core.$ZodObject | undefined = undefined,
  TDerived extends z.core.$ZodObject | undefined = undefined,
  const TState extends readonly string[] | undefined = undefined,
  TRules extends Readonly<Record<string, RuleOfAll<never> | DeriveRule>> = Readonly<Record<string, Rule>>,
>(
  terms: PolicyTerms<TCategory, TData, TFacts, TDerives, TDerived, TState, TRules> &
    DerivedTerms<TCategory, TDerives, TDerived> &
    (TCategory extends "override" ? OverrideTerms : unknown),
): Policy<TRules> {
  const { rules, category = "resource", ...rest } = terms;
  const rule = (effect: Effect) => (options: object) => ({ ...options, effect }) as never;
  const effects: AllEffects<never> = {
    allow: rule("allow"),
    deny: rule("deny"),
    requireApproval: rule("require_approval"),
    redact: rule("redact"),
    transform: rule("transform"),
    audit: rule("audit"),
    budget: rule("budget"),
    rateLimit: (options) => ({ ...options, effect: "budget", cost: 1, rate: true }),
    lift: rule("lift"),
    derive: (options) => ({ ...options, effect: "derive" }),
  };
  const made = rules(effects as never);
  for (const [name, one] of Object.entries(made)) nameRule(one, [category, terms.name, name].join("."));
  return { ...rest, kind: "policy", category, rules: made };
}
