import { airlineNow, localTime } from "./airline-time.ts";
import { type DatabaseCopy, type Reservation, reservationSchema } from "./database.ts";
import type { RecordedCall } from "./recorded-call.ts";

type Args = RecordedCall["args"];

/**
 * Applies a call to a conversation's copy of the database, as the data's README says. Reads change nothing, nor does
 * a write whose recorded answer begins with `Error:`. Certificates are not part of what the README lets change.
 *
 * @throws Error when a write that succeeded does not make a reservation.
 */
export function applyWrite(database: DatabaseCopy, { tool, args, result }: RecordedCall): void {
  if (result?.startsWith("Error:")) return;
  const changed = tool === "book_reservation" ? book(database, args, result) : change(database, tool, args);
  if (changed === undefined) return;
  const reservation = reservationSchema.parse(changed);
  database.reservations.set(reservation.reservation_id, reservation);
}

function change(database: DatabaseCopy, tool: string, args: Args): object | undefined {
  const reservation = database.reservations.get(String(args.reservation_id));
  if (reservation === undefined) return undefined;
  switch (tool) {
    case "cancel_reservation":
      return { ...reservation, status: "cancelled" };
    case "update_reservation_flights":
      return { ...reservation, cabin: args.cabin, flights: flightsOf(database, args) };
    case "update_reservation_baggages":
      return {
        ...reservation,
        total_baggages: args.total_baggages,
        nonfree_baggages: args.nonfree_baggages,
      };
    case "update_reservation_passengers":
      return { ...reservation, passengers: args.passengers };
    default:
      return undefined;
  }
}

/** The tool gives the new reservation its id; a reference call, which nobody has run, has none yet. */
function book(database: DatabaseCopy, args: Args, result: string | undefined): object {
  const answer = result === undefined ? {} : (JSON.parse(result) as Partial<Reservation>);
  return {
    ...args,
    reservation_id: answer.reservation_id ?? `new booking ${database.reservations.size}`,
    flights: flightsOf(database, args),
    created_at: localTime(airlineNow),
  };
}

function flightsOf(database: DatabaseCopy, { flights }: Args): readonly object[] {
  return (flights as readonly { flight_number: string; date: string }[]).map((leg) => ({
    ...leg,
    origin: database.flights.get(leg.flight_number)?.origin,
    destination: database.flights.get(leg.flight_number)?.destination,
  }));
}
