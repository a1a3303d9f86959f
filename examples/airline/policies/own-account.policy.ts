import { policy } from "@forego/dsl";
import { z } from "zod";
import { reservation } from "./facts.ts";
import { bookReservation } from "./tools.ts";

const changesOfReservations = [
  "cancel_reservation",
  "update_reservation_flights",
  "update_reservation_baggages",
  "update_reservation_passengers",
];

/** The agent changes nothing but what belongs to the user who gave it their id. */
export default policy({
  category: "identity",
  name: "own_account",
  version: "1.0.0",
  owner: "customer-service",
  facts: z.object({ reservation: reservation.pick({ user_id: true }).nullable() }),
  rules: ({ deny }) => ({
    /** First, the agent must obtain the user id and reservation id. - The user must provide their user id. */
    reservation_of_another_user: deny({
      reason: "reservation_of_another_user",
      when: ({ action, facts, user }) =>
        changesOfReservations.includes(action.tool) &&
        facts.reservation !== null &&
        facts.reservation.user_id !== user.id,
    }),

    /** The agent must first obtain the user id from the user. */
    booking_for_another_user: deny({
      reason: "booking_for_another_user",
      tool: bookReservation,
      when: ({ args, user }) => args.user_id !== user.id,
    }),
  }),
});
