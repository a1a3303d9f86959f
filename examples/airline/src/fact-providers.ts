import type { FactProvider, FactRequest } from "@forego/core";
import { hoursAfter } from "./airline-time.ts";
import type { DatabaseCopy, Reservation } from "./database.ts";

type Args = Readonly<Record<string, unknown>>;

/** Finds the copy of the database that belongs to a conversation. */
export type DatabaseOf = (conversationId: string | undefined) => DatabaseCopy | undefined;

/**
 * Looks up what policies ask about a call, in the database of its conversation. Providers look up and count; what
 * that means is for the rules. What cannot be looked up is `undefined` or a throw, and the rules that read it deny.
 */
export function createFactProviders(databaseOf: DatabaseOf): Readonly<Record<string, FactProvider>> {
  const provider =
    (look: (args: Args, database: DatabaseCopy, request: FactRequest) => unknown): FactProvider =>
    (request) => {
      const database = databaseOf(request.conversationId);
      return database && look(request.args as Args, database, request);
    };
  return {
    profile: provider((_args, { users }, { user }) => {
      const found = users.get(user?.id ?? "");
      return found && { membership: found.membership, payment_methods: Object.values(found.payment_methods) };
    }),
    reservation: provider((args, database) => {
      const found = reservationOf(args, database);
      return found === undefined ? null : describeReservation(found, database);
    }),
    requested_flights: provider((args, database) => requestedLegs(args, database)),
    requested_route: provider((args, database) => {
      const legs = requestedLegs(args, database);
      return { departs_from: legs.at(0)?.origin ?? null, arrives_at: legs.at(-1)?.destination ?? null };
    }),
    bags: provider((args, database) => countBags(args, reservationOf(args, database))),
    trips: provider((args, database, { user }) =>
      [...database.reservations.values()]
        .filter(({ user_id }) => user_id === user?.id)
        .map((reservation) => describeTrip(reservation, database, numberOf(args, "amount"))),
    ),
  };
}

function reservationOf({ reservation_id }: Args, { reservations }: DatabaseCopy): Reservation | undefined {
  return typeof reservation_id === "string" ? reservations.get(reservation_id) : undefined;
}

function describeReservation(reservation: Reservation, database: DatabaseCopy) {
  const { user_id, flight_type, origin, destination, cabin, total_baggages, insurance } = reservation;
  return {
    ...{ user_id, flight_type, origin, destination, cabin, total_baggages, insurance },
    flights: reservation.flights.map(({ flight_number, date }) => ({
      flight_number,
      date,
      status: statusOf(database, flight_number, date),
    })),
    passenger_count: reservation.passengers.length,
    a_day_after_booking: hoursAfter(reservation.created_at, 24),
  };
}

function requestedLegs(args: Args, database: DatabaseCopy) {
  const legs = listOf(args, "flights") as readonly { flight_number: string; date: string }[];
  return legs.map(({ flight_number, date }) => {
    const flight = database.flights.get(flight_number);
    return {
      flight_number,
      date,
      origin: flight?.origin ?? null,
      destination: flight?.destination ?? null,
      status: statusOf(database, flight_number, date),
    };
  });
}

function statusOf({ flights }: DatabaseCopy, flightNumber: string, date: string): string | null {
  const dates = flights.get(flightNumber)?.dates ?? {};
  return Object.hasOwn(dates, date) ? (dates[date]?.status ?? null) : null;
}

/** The counts that a call asks for, beside those of the reservation that it changes. */
function countBags(args: Args, before: Reservation | undefined) {
  const charged = numberOf(args, "nonfree_baggages");
  const free = numberOf(args, "total_baggages") - charged;
  const passengers = before?.passengers ?? listOf(args, "passengers");
  const freeBefore = before === undefined ? 0 : before.total_baggages - before.nonfree_baggages;
  return {
    free_per_passenger: free / passengers.length,
    free_per_passenger_before: freeBefore / passengers.length,
    charged,
    charged_before: before?.nonfree_baggages ?? 0,
  };
}

function describeTrip(reservation: Reservation, database: DatabaseCopy, certificate: number) {
  const before = database.original.reservations.get(reservation.reservation_id);
  const flights = [...reservation.flights, ...(before?.flights ?? [])];
  return {
    cabin: reservation.cabin,
    insurance: reservation.insurance,
    flight_statuses: flights.map(({ flight_number, date }) => statusOf(database, flight_number, date)),
    is_changed: before !== undefined && reservation !== before,
    certificate_per_passenger: certificate / reservation.passengers.length,
  };
}

/** The arguments are the model's: one that is no number is not taken for one. */
function numberOf(args: Args, name: string): number {
  const value = args[name];
  if (typeof value !== "number") throw new Error(`the argument '${name}' is not a number`);
  return value;
}

function listOf(args: Args, name: string): readonly unknown[] {
  const value = args[name];
  if (!Array.isArray(value)) throw new Error(`the argument '${name}' is not a list`);
  return value;
}
