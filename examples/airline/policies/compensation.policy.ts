import { policy, type SchemaValue } from "@forego/dsl";
import { z } from "zod";
import { profile, trips } from "./facts.ts";
import { sendCertificate } from "./tools.ts";

type Trip = SchemaValue<typeof trips>[number];

/** Whether that became of a flight, one that this conversation replaced included. */
const hasFlight = (trip: Trip, what: string) =>
  [...trip.flights, ...trip.flights_before].some(({ status }) => status === what);

const wasCancelled = (trip: Trip) => hasFlight(trip, "cancelled");
const isDelayed = (trip: Trip) => hasFlight(trip, "delayed");
const isDisrupted = (trip: Trip) => wasCancelled(trip) || isDelayed(trip);

/**
 * "Refunds and Compensation". A certificate names no reservation, so each rule lets it pass when any reservation of
 * the user could justify it.
 */
export default policy({
  category: "compliance",
  name: "compensation",
  version: "1.0.0",
  owner: "customer-care",
  facts: z.object({ profile: profile.pick({ membership: true }), trips }),
  rules: ({ deny }) => ({
    /**
     * Do not offer compensation for any other reason than the ones listed above.
     *
     * Those are a flight that was cancelled and a flight that is delayed, of the user who is being served.
     */
    no_reason_for_compensation: deny({
      reason: "no_reason_for_compensation",
      tool: sendCertificate,
      when: ({ args, facts, user }) => args.user_id !== user.id || !facts.trips.some(isDisrupted),
    }),

    /** Do not compensate if the user is regular member and has no travel insurance and flies (basic) economy. */
    user_not_entitled: deny({
      reason: "user_not_entitled",
      tool: sendCertificate,
      when: ({ facts }) =>
        facts.profile.membership === "regular" &&
        facts.trips.some(isDisrupted) &&
        facts.trips
          .filter(isDisrupted)
          .every(({ insurance, cabin }) => insurance === "no" && cabin !== "business"),
    }),

    /**
     * If the user complains about delayed flights in a reservation and wants to change or cancel the reservation, the
     * agent can offer a certificate as a gesture after confirming the facts and changing or cancelling the
     * reservation, with the amount being $50 times the number of passengers.
     */
    delay_before_any_change: deny({
      reason: "delay_before_any_change",
      tool: sendCertificate,
      when: ({ facts }) =>
        facts.trips.some(isDelayed) &&
        !facts.trips.some((trip) => wasCancelled(trip) || (isDelayed(trip) && trip.is_changed)),
    }),

    /**
     * If the user complains about cancelled flights in a reservation, the agent can offer a certificate as a gesture
     * after confirming the facts, with the amount being $100 times the number of passengers.
     *
     * Or $50 times the number of passengers for a delay, as the sentence above says.
     */
    wrong_amount: deny({
      reason: "wrong_amount",
      tool: sendCertificate,
      when: ({ args, facts }) =>
        facts.trips.some(isDisrupted) &&
        !facts.trips.some(
          (trip) =>
            (wasCancelled(trip) && args.amount === 100 * trip.passengers.length) ||
            (isDelayed(trip) && args.amount === 50 * trip.passengers.length),
        ),
    }),
  }),
});
