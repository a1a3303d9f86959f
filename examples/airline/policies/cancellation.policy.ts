import { longerThan, policy } from "@forego/dsl";
import { z } from "zod";
import { reservation } from "./facts.ts";
import { hasFlown } from "./has-flown.ts";
import { cancelReservation } from "./tools.ts";

/** Whether more than 24 hours have passed. */
const isADayAgo = (from: string, to: string) => longerThan(from, to, 24 * 60);

/** "Cancel flight": what can be cancelled at all. */
export default policy({
  category: "compliance",
  name: "cancellation",
  version: "1.0.0",
  owner: "reservations",
  facts: z.object({ reservation }),
  rules: ({ deny }) => ({
    /** If any portion of the flight has already been flown, the agent cannot help and transfer is needed. */
    already_flown: deny({
      reason: "already_flown",
      tool: cancelReservation,
      when: ({ facts }) => hasFlown(facts.reservation.flights),
      remediation: "transfer_to_human_agents",
    }),

    /**
     * Otherwise, flight can be cancelled if any of the following is true: - The booking was made within the last 24
     * hrs - The flight is cancelled by airline - It is a business flight - The user has travel insurance and the reason
     * for cancellation is covered by insurance.
     *
     * The tool is not told the reason for the cancellation, so insurance alone is enough here.
     */
    no_ground_for_cancellation: deny({
      reason: "no_ground_for_cancellation",
      tool: cancelReservation,
      when: ({ environment, facts: { reservation } }) =>
        isADayAgo(reservation.created_at, environment.time) &&
        !reservation.flights.some(({ status }) => status === "cancelled") &&
        reservation.cabin !== "business" &&
        reservation.insurance === "no",
    }),
  }),
});
