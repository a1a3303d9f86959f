import { policy } from "@forego/dsl";
import { z } from "zod";
import { profile, requestedFlights, reservation } from "./facts.ts";
import { hasFlown } from "./has-flown.ts";
import { updateReservationFlights, updateReservationPassengers } from "./tools.ts";

type Leg = { readonly flight_number: string; readonly date: string };

const isAmong = (leg: Leg, legs: readonly Leg[]) =>
  legs.some(({ flight_number, date }) => flight_number === leg.flight_number && date === leg.date);

/** Whether a flight is added or dropped; the order does not count. */
const flightsChange = (before: readonly Leg[], after: readonly Leg[]) =>
  before.some((leg) => !isAmong(leg, after)) || after.some((leg) => !isAmong(leg, before));

/** "Modify flight": flights, cabin, passengers and who pays the difference. */
export default policy({
  category: "compliance",
  name: "changes",
  version: "1.0.0",
  owner: "reservations",
  facts: z.object({
    profile: profile.pick({ payment_methods: true }),
    reservation,
    requested_flights: requestedFlights,
  }),
  rules: ({ deny }) => ({
    /**
     * Basic economy flights cannot be modified.
     *
     * Its cabin can: "all reservations, including basic economy, can change cabin without changing the flights".
     */
    basic_economy_flights_change: deny({
      reason: "basic_economy_flights_change",
      tool: updateReservationFlights,
      when: ({ args, facts }) =>
        facts.reservation.cabin === "basic_economy" && flightsChange(facts.reservation.flights, args.flights),
    }),

    /**
     * Other reservations can be modified without changing the origin, destination, and trip type.
     *
     * Other than basic economy. A round trip comes back to its origin, by way of its destination.
     */
    route_changes: deny({
      reason: "route_changes",
      tool: updateReservationFlights,
      when: ({ facts }) => {
        const { cabin, origin, destination, flight_type } = facts.reservation;
        const departsFrom = facts.requested_flights.at(0)?.origin;
        const arrivesAt = facts.requested_flights.at(-1)?.destination;
        if (cabin === "basic_economy") return false;
        if (departsFrom !== origin) return true;
        if (flight_type === "one_way") return arrivesAt !== destination;
        return (
          arrivesAt !== origin || !facts.requested_flights.some((leg) => leg.destination === destination)
        );
      },
    }),

    /**
     * If the status is delayed or on time, the flight has not taken off, cannot be booked. - If the status is flying,
     * the flight has taken off but not landed, cannot be booked.
     *
     * Here for flights that are new to the reservation: "some flight segments can be kept".
     */
    new_flight_cannot_be_booked: deny({
      reason: "new_flight_cannot_be_booked",
      tool: updateReservationFlights,
      when: ({ facts }) =>
        facts.requested_flights.some(
          (leg) => leg.status !== "available" && !isAmong(leg, facts.reservation.flights),
        ),
    }),

    /** Cabin cannot be changed if any flight in the reservation has already been flown. */
    cabin_changes_after_flying: deny({
      reason: "cabin_changes_after_flying",
      tool: updateReservationFlights,
      when: ({ args, facts }) =>
        args.cabin !== facts.reservation.cabin && hasFlown(facts.reservation.flights),
    }),

    /** If the flights are changed, the user needs to provide a single gift card or credit card for payment or refund method. */
    difference_paid_by_certificate: deny({
      reason: "difference_paid_by_certificate",
      tool: updateReservationFlights,
      when: ({ args, facts }) =>
        flightsChange(facts.reservation.flights, args.flights) &&
        facts.profile.payment_methods[args.payment_id]?.source === "certificate",
    }),

    /** The payment method must already be in user profile for safety reasons. */
    payment_method_not_in_profile: deny({
      reason: "payment_method_not_in_profile",
      tool: updateReservationFlights,
      when: ({ args, facts }) => !Object.hasOwn(facts.profile.payment_methods, args.payment_id),
    }),

    /** The user can modify passengers but cannot modify the number of passengers. */
    passenger_count_changes: deny({
      reason: "passenger_count_changes",
      tool: updateReservationPassengers,
      when: ({ args, facts }) => args.passengers.length !== facts.reservation.passengers.length,
    }),
  }),
});
