import type { Phase } from "../contract/contract.ts";
import type { ReadSet } from "./read-set.ts";

/** What a rule does when it matches. What is derived is part of the rules that read it. */
export const effects = [
  ...(["allow", "deny", "require_approval"] as const),
  /** Takes back what other rules say. */
  "lift",
  /** Obligations on a call that is allowed: values are taken out, or replaced; it is marked for audit. */
  ...(["redact", "transform", "audit"] as const),
  /** Takes from a limit. */
  "budget",
] as const;

/** One of {@link effects}. */
export type Effect = (typeof effects)[number];

/** What the rules of a release may do that comes with an MCP server: restrict that server's calls. */
export const serverEffects: ReadonlySet<Effect> = new Set(["deny", "require_approval", "redact", "audit"]);

/** Effects of rules that restrict nothing: what they would change is permitted, or told of, without them. */
export const harmlessEffects: ReadonlySet<Effect> = new Set(["allow", "lift", "audit"]);

/** A rule that another one lifts, and what it meant when that was reviewed. */
export interface Lifted {
  readonly rule: string;
  /** Digest of its meaning. */
  readonly meaning: string;
}

/** What a limit says beside what its rule computes. */
export interface BudgetTerms {
  /** Milliseconds. */
  readonly window_ms: number;
  /** Counts, and denies nothing. */
  readonly soft: boolean;
  /** Counts calls: one that failed has been made all the same. */
  readonly rate: boolean;
  /** What is counted, as hosts name it that say what a call really cost. */
  readonly unit: string;
}

/** The units of ownership: one bundle a category. */
export const categories = ["identity", "resource", "workflow", "compliance", "override"] as const;

/** One of {@link categories}. */
export type Category = (typeof categories)[number];

/** A place in a TypeScript source file; lines and columns count from 1, the file is relative to the policy folder. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Who may answer a `require_approval` rule: the requester, or people of a group. */
export type ApprovalSource =
  | "user"
  | {
      readonly groups: readonly string[];
      readonly not_requester: boolean;
      /** How many different people must grant. Defaults to 1. */
      readonly quorum?: number;
    };

/** A value that a rule tells the model and the user: of the input, of the policy's data, or a count of its limit. */
export type Told = { readonly name: string } & (
  | { readonly path: readonly string[] }
  | { readonly value: string | number | boolean | null }
  | { readonly count: "limit" | "used" | "remaining" }
);

/** One rule as a release carries it: all that a decision, an approval or an observer needs to know, and no logic. */
export interface RuleInfo {
  /** `category.policy.rule` */
  readonly id: string;
  readonly category: Category;
  readonly effect: Effect;
  readonly reason: string;
  /** The phases in which the rule applies. */
  readonly on: readonly Phase[];
  /** The only tool that the rule applies to; absent when it applies to all. */
  readonly tool?: string;
  /** The rule's doc comment, first paragraph. */
  readonly description?: string;
  /** What the rule says, in a sentence made from its condition, without the texts and numbers in it; only where it has no description. */
  readonly says?: string;
  /** The values that the model and the user are told where the rule decides; none unless it says so. */
  readonly tell?: readonly Told[];
  readonly remediation?: string;
  readonly appeal_path?: string;
  readonly audit?: boolean;
  /** Who may approve; only on `require_approval`. */
  readonly from?: ApprovalSource;
  /** The owners whose overrides may lift the rule. */
  readonly overridable?: { readonly by: readonly string[] };
  /** Only on `lift`. */
  readonly lifts?: readonly Lifted[];
  /** What is taken out; only on `redact`. */
  readonly paths?: readonly string[];
  /** Only on `budget`. */
  readonly budget?: BudgetTerms;
  readonly owner?: string;
  /** Digest of what the rule means: effect, scope, condition, helpers and data. Comments and layout do not count. */
  readonly meaning: string;
  /** Exactly what the rule reads. */
  readonly reads: ReadSet;
  /** The paths of it that the rule's guard checks, as `user.groups`: when one is not what it must be, the rule is invalid. */
  readonly requires: readonly string[];
  readonly source: SourceLocation;
  /** Where the rule's condition stands, if that is hand-written Rego: what it means is not proven. */
  readonly rego?: SourceLocation;
}

/** A bundle of a release. */
export interface BundleInfo {
  readonly version: string;
  readonly digest: string;
}

/** What a policy's `tool()` declares beside its arguments. */
export interface ToolInfo {
  readonly data_classes?: readonly string[];
  /** Names of the classifiers that look at its arguments, and at what it returns. */
  readonly classify?: { readonly args?: readonly string[]; readonly result?: readonly string[] };
}

/** The part of a release that is data: everything but the compiled module. */
export interface ReleaseInfo {
  /** `sha256:` and 64 hexadecimal digits, over everything in the release. */
  readonly digest: string;
  readonly version: string;
  /** The MCP server that the release came with: it restricts that server's own calls, and allows nothing. */
  readonly server?: string;
  /** The contract versions that the release understands, both ends included. */
  readonly contract: { readonly min: number; readonly max: number };
  readonly bundles: Readonly<Partial<Record<Category, BundleInfo>>>;
  /** What happens when no rule matches; `allow` only where a policy wrote so. */
  readonly default_effect: "allow" | "deny";
  readonly rules: readonly RuleInfo[];
  readonly tools: Readonly<Record<string, ToolInfo>>;
}
