import type { ObjectShape, Shape } from "@forego/ir";
import type { PolicyModules } from "./policy-modules.ts";

/** A tool as a rule names it. */
export interface ToolFacts {
  readonly name: string;
  readonly args: Shape;
  readonly data_classes?: readonly string[];
  /** Unchecked. */
  readonly classify?: unknown;
  /** Whether it is a model, and its name perhaps `*`, for any. */
  readonly isModel?: true;
}

/** The tool that a rule is pinned to, by its name. */
export function pinOf(tool: ToolFacts | undefined): string | undefined {
  return tool?.isModel === true && tool.name === "*" ? undefined : tool?.name;
}

/** What a rule says of itself, beside its predicate. Unchecked: the values are what the module had. */
export interface RuleFacts {
  readonly effect: unknown;
  readonly reason: unknown;
  readonly on?: unknown;
  readonly tool?: ToolFacts;
  readonly from?: unknown;
  readonly remediation?: unknown;
  readonly appeal_path?: unknown;
  readonly audit?: unknown;
  readonly tell?: unknown;
  readonly overridable?: unknown;
  /** Of a lift: ids of the rules that it names, as far as they are rules of policies, and what each is said to mean. */
  readonly lifts?: readonly LiftedFacts[];
  readonly paths?: unknown;
  readonly window?: unknown;
  /** Where they are numbers, and no programs. */
  readonly limit?: unknown;
  readonly cost?: unknown;
  readonly soft?: unknown;
  readonly rate?: unknown;
  readonly unit?: unknown;
  /** What hand-written Rego reads, where the rule says it. */
  readonly reads?: unknown;
  /** Of a derive rule, the terms that it has beside its value. */
  readonly others?: readonly string[];
}

/** A rule as a lift names it. */
export interface LiftedFacts {
  readonly rule?: string;
  readonly meaning: unknown;
  readonly on?: unknown;
}

/** What a policy module has when it has run: its terms and its schemas, without the programs. */
export interface PolicyFacts {
  readonly category: unknown;
  readonly name: unknown;
  readonly version: unknown;
  readonly owner?: unknown;
  readonly justification?: unknown;
  readonly expires?: unknown;
  readonly default?: unknown;
  readonly data?: Shape;
  readonly facts?: Shape;
  /** What the policy's rules derive, and what they read of what others derive. */
  readonly derives?: ObjectShape;
  readonly derived?: ObjectShape;
  /** Names of the limits that the rules read. */
  readonly state?: unknown;
  /** Of a policy whose conditions are hand-written Rego: where that is, and what it reads. */
  readonly rego?: { readonly module: unknown; readonly reads: unknown };
  readonly rules: Readonly<Record<string, RuleFacts>>;
  /** Tools that the module exports, used by a rule or not. */
  readonly tools: readonly Omit<ToolFacts, "args">[];
}

/** A mistake that shows when the module runs. `place` is the part of the policy that it is in. */
export interface ModuleProblem {
  readonly place:
    | "module"
    | "data"
    | "facts"
    | "derives"
    | "derived"
    | "data file"
    | { readonly rule: string };
  readonly code: "FG1003" | "FG1008" | "FG1009" | "FG1010" | "FG1011";
  /** Where in the data file it is. */
  readonly path?: readonly string[];
  readonly message: string;
  /** Defaults to the code's. */
  readonly fix?: string;
}

/** What running one module gave. */
export interface ModuleReport {
  readonly facts?: PolicyFacts;
  readonly problems: readonly ModuleProblem[];
}

/** What the child process is asked: modules that the parent has transpiled, and how their imports resolve. */
export interface ModuleRequest extends PolicyModules {
  /** Policy files, absolute; with the text of their data file where there is one. */
  readonly policies: readonly { readonly path: string; readonly data?: string }[];
}

/** What the child process answers: a report a policy, in the order asked. */
export interface ModuleResponse {
  readonly reports: readonly ModuleReport[];
}
