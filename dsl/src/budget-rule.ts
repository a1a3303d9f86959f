import type { RuleOptions, ToolArguments } from "./policy.ts";

/** How long what was used counts: the window slides, and ends now. One or more of its parts; they add up. */
export interface Window {
  readonly seconds?: number;
  readonly minutes?: number;
  readonly hours?: number;
  readonly days?: number;
}

type Computed<TContext, TTool, TValue> = (context: TContext & ToolArguments<TTool>) => TValue;

/** What a limit on calls says of itself. */
export interface RateLimitOptions<TContext, TTool> extends Omit<RuleOptions<TContext, TTool>, "when"> {
  /** Which calls count. Defaults to all that the rule applies to. */
  readonly when?: Computed<TContext, TTool, boolean>;
  /** Whose calls count together, below the tenant: `({ user }) => user.id`. Defaults to all of the tenant's. */
  readonly key?: Computed<TContext, TTool, string>;
  readonly window: Window;
  /** The most within the window, a whole number. */
  readonly limit: number | Computed<TContext, TTool, number>;
  /** Counts, and denies nothing. */
  readonly soft?: boolean;
}

/** What a limit on what calls cost says of itself. */
export interface BudgetOptions<TContext, TTool> extends RateLimitOptions<TContext, TTool> {
  /** What a call is expected to cost at most, a whole number: that much is reserved before it runs. */
  readonly cost: number | Computed<TContext, TTool, number>;
  /**
   * What is counted, as hosts name it that say what a call really cost: `tokens`. Where they do, that is charged in the
   * place of what was reserved. Defaults to `units`, which no host names.
   */
  readonly unit?: string;
}

/** What is used of a limit, as it was before this call: it may have changed when the call is admitted. */
export interface BudgetState {
  readonly used: number;
  readonly limit: number;
  /** `limit - used`, and never below 0. */
  readonly remaining: number;
}

/** The limits that a policy reads, by the names of its rules. */
export type StateDocument<TState> = TState extends readonly string[]
  ? { readonly state: { readonly [K in TState[number]]: BudgetState } }
  : unknown;
