const hourMs = 3_600_000;

/** The airline keeps Eastern Standard Time, five hours behind UTC, and writes it without a zone. */
const zone = "-05:00";

/** The moment at which the airline's records stand still: 2024-05-15 15:00:00 EST, in milliseconds since 1970. */
export const airlineNow = Date.parse(`2024-05-15T15:00:00${zone}`);

/** A moment as the airline writes it. */
export function localTime(atMs: number): string {
  return new Date(atMs - 5 * hourMs).toISOString().slice(0, 19);
}

/** A time of the airline's, as UTC. */
export function utcTime(local: string): string {
  return new Date(`${local}${zone}`).toISOString();
}
