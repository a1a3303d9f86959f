import type { ApprovalStore } from "@forego/core";

/** Approvals whose requests are asked for by texts: anything else, which a host may hand on, is no request's id. */
export function knownByText(approvals: ApprovalStore): ApprovalStore {
  return {
    ...approvals,
    get: (id) => (typeof id === "string" ? approvals.get(id) : undefined),
    answer: (id, granted, by) => (typeof id === "string" ? approvals.answer(id, granted, by) : "not_open"),
  };
}
