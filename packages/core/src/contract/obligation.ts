/** What must be done with a call that is allowed. */
export type Obligation =
  /** Nothing but to mark it: the guard does so itself. */
  | { readonly kind: "audit"; readonly rule: string }
  /** Values are taken out of the arguments before the call, or of the result after it. */
  | { readonly kind: "redact"; readonly rule: string; readonly paths: readonly string[] }
  /** The call is made with other arguments: these, in the place of those of the same names. */
  | { readonly kind: "transform"; readonly rule: string; readonly set: Readonly<Record<string, unknown>> };
