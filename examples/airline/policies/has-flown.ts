/** Whether any of the flights has taken off: what is in the air is flown in part. */
export const hasFlown = (flights: readonly { readonly status: string | null }[]) =>
  flights.some(({ status }) => status === "landed" || status === "flying");
