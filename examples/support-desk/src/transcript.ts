import type { AskEvent, DecisionEvent } from "@forego/core";

/** What happened in one run of a scenario, in order. */
export type Entry =
  | { readonly kind: "decision"; readonly event: DecisionEvent }
  | { readonly kind: "asked"; readonly event: AskEvent }
  | { readonly kind: "answered"; readonly by: string; readonly granted: boolean }
  | { readonly kind: "said"; readonly text: string };

/** A run of a scenario in one host. */
export interface Transcript {
  readonly host: string;
  readonly entries: readonly Entry[];
}

/** The decisions of a run. */
export function decisionsOf({ entries }: Transcript): readonly DecisionEvent[] {
  return entries.flatMap((entry) => (entry.kind === "decision" ? [entry.event] : []));
}
