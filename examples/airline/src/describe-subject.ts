import type { RecordedCall } from "./recorded-call.ts";

/** What a call is about, in a few words: a reservation, a booking, a certificate. */
export function describeSubject({ tool, args }: RecordedCall): string {
  if (tool === "book_reservation") return `${args.origin} to ${args.destination} for ${args.user_id}`;
  if (tool === "send_certificate") return `$${args.amount} for ${args.user_id}`;
  return String(args.reservation_id ?? "");
}
