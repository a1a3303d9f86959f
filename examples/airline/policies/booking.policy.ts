import { policy } from "@forego/dsl";
import { z } from "zod";
import { profile, requestedFlights } from "./facts.ts";
import { bookReservation } from "./tools.ts";

type Payment = { readonly payment_id: string };
type Methods = Readonly<Record<string, { readonly source: string }>>;

/** How many of the payments are made with a method of this kind. */
const paidWith = (source: string, payments: readonly Payment[], methods: Methods) =>
  payments.filter(({ payment_id }) => methods[payment_id]?.source === source).length;

/** "Book flight": who flies, on what, and who pays with what. */
export default policy({
  category: "compliance",
  name: "booking",
  version: "1.0.0",
  owner: "reservations",
  facts: z.object({
    profile: profile.pick({ payment_methods: true }),
    requested_flights: requestedFlights,
  }),
  rules: ({ deny }) => ({
    /** Each reservation can have at most five passengers. */
    too_many_passengers: deny({
      reason: "too_many_passengers",
      tool: bookReservation,
      when: ({ args }) => args.passengers.length > 5,
    }),

    /** The agent needs to collect the first name, last name, and date of birth for each passenger. */
    passenger_details_missing: deny({
      reason: "passenger_details_missing",
      tool: bookReservation,
      when: ({ args }) =>
        args.passengers.some(
          ({ first_name, last_name, dob }) =>
            (first_name ?? "") === "" || (last_name ?? "") === "" || (dob ?? "") === "",
        ),
    }),

    /** Each reservation can use at most one travel certificate, at most one credit card, and at most three gift cards. */
    too_many_payment_methods: deny({
      reason: "too_many_payment_methods",
      tool: bookReservation,
      when: ({ args, facts }) => {
        const methods = facts.profile.payment_methods;
        return (
          paidWith("certificate", args.payment_methods, methods) > 1 ||
          paidWith("credit_card", args.payment_methods, methods) > 1 ||
          paidWith("gift_card", args.payment_methods, methods) > 3
        );
      },
    }),

    /** All payment methods must already be in user profile for safety reasons. */
    payment_method_not_in_profile: deny({
      reason: "payment_method_not_in_profile",
      tool: bookReservation,
      when: ({ args, facts }) =>
        args.payment_methods.some(
          ({ payment_id }) => !Object.hasOwn(facts.profile.payment_methods, payment_id),
        ),
    }),

    /**
     * If the status is delayed or on time, the flight has not taken off, cannot be booked. - If the status is flying,
     * the flight has taken off but not landed, cannot be booked.
     *
     * What has landed or was cancelled can be booked even less.
     */
    flight_cannot_be_booked: deny({
      reason: "flight_cannot_be_booked",
      tool: bookReservation,
      when: ({ facts }) => facts.requested_flights.some(({ status }) => status !== "available"),
    }),
  }),
});
