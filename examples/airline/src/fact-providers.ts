import type { FactProvider, FactRequest } from "@forego/core";
import { utcTime } from "./airline-time.ts";
import type { DatabaseCopy, Reservation } from "./database.ts";

type Args = Readonly<Record<string, unknown>>;

/** A flight on a day, as calls and reservations name it. */
interface Leg {
  readonly flight_number: string;
  readonly date: string;
}

/** Finds the copy of the database that belongs to a conversation. */
export type DatabaseOf = (conversationId: string | undefined) => DatabaseCopy | undefined;

/**
 * Looks up what policies ask about a call, in the database of its conversation. Providers look up; what that means is
 * for the rules. What cannot be looked up is `undefined` or a throw, and the rules that read it deny.
 */
export function createFactProviders(databaseOf: DatabaseOf): Readonly<Record<string, FactProvider>> {
  const provider =
    (look: (args: Args, database: DatabaseCopy, request: FactRequest) => unknown): FactProvider =>
    (request) => {
      const database = databaseOf(request.conversationId);
      return database && look(request.args as Args, database, request);
    };
  return {
    profile: provider((_args, { users }, { user }) => users.get(user?.id ?? "")),
    reservation: provider(({ reservation_id }, database) => {
      const found = typeof reservation_id === "string" && database.reservations.get(reservation_id);
      return found ? describeReservation(found, database) : null;
    }),
    requested_flights: provider((args, database) =>
      legsOf(args).map((leg) => {
        const { origin = null, destination = null } = database.flights.get(leg.flight_number) ?? {};
        return { ...describeLeg(leg, database), origin, destination };
      }),
    ),
    trips: provider((_args, database, { user }) =>
      [...database.reservations.values()]
        .filter(({ user_id }) => user_id === user?.id)
        .map((reservation) => describeTrip(reservation, database)),
    ),
  };
}

/** A reservation as it is kept, with what the board says of its flights, and its time as one of UTC. */
function describeReservation(reservation: Reservation, database: DatabaseCopy) {
  return {
    ...reservation,
    flights: reservation.flights.map((leg) => describeLeg(leg, database)),
    created_at: utcTime(reservation.created_at),
  };
}

function describeTrip(reservation: Reservation, database: DatabaseCopy) {
  const before = database.original.reservations.get(reservation.reservation_id);
  return {
    ...describeReservation(reservation, database),
    flights_before: (before?.flights ?? []).map((leg) => describeLeg(leg, database)),
    is_changed: before !== undefined && reservation !== before,
  };
}

function describeLeg({ flight_number, date }: Leg, { flights }: DatabaseCopy) {
  const dates = flights.get(flight_number)?.dates ?? {};
  const status = Object.hasOwn(dates, date) ? (dates[date]?.status ?? null) : null;
  return { flight_number, date, status };
}

/** The arguments are the model's: what is no list is not taken for one. */
function legsOf({ flights }: Args): readonly Leg[] {
  if (!Array.isArray(flights)) throw new Error("the argument 'flights' is not a list");
  return flights;
}
