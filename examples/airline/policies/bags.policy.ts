import { int, policy } from "@forego/dsl";
import { z } from "zod";
import { bags, profile, reservation } from "./facts.ts";
import { bookReservation, updateReservationBaggages } from "./tools.ts";

type Allowances = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Free checked bags of each passenger: bags.data.json holds the airline's table. */
const freeBags = (allowances: Allowances, membership: string, cabin: string) =>
  allowances[membership]?.[cabin] ?? 0;

/** "Checked bag allowance": what is free is not charged, and what is not free is. */
export default policy({
  category: "compliance",
  name: "bags",
  version: "1.0.0",
  owner: "reservations",
  data: z.object({ free_bags: z.record(z.string(), z.record(z.string(), int({ min: 0, max: 10 }))) }),
  facts: z.object({ profile: profile.pick({ membership: true }), reservation, bags }),
  rules: ({ deny }) => ({
    /** Each extra baggage is 50 dollars. */
    booking_gives_bags_away: deny({
      reason: "bag_not_charged",
      tool: bookReservation,
      when: ({ args, data, facts }) =>
        facts.bags.free_per_passenger > freeBags(data.free_bags, facts.profile.membership, args.cabin),
    }),

    /** Each extra baggage is 50 dollars. */
    booking_charges_free_bags: deny({
      reason: "free_bag_charged",
      tool: bookReservation,
      when: ({ args, data, facts }) =>
        facts.bags.charged > 0 &&
        facts.bags.free_per_passenger < freeBags(data.free_bags, facts.profile.membership, args.cabin),
    }),

    /** Each extra baggage is 50 dollars. */
    change_gives_bags_away: deny({
      reason: "bag_not_charged",
      tool: updateReservationBaggages,
      when: ({ data, facts: { bags, profile, reservation } }) =>
        bags.free_per_passenger > bags.free_per_passenger_before &&
        bags.free_per_passenger > freeBags(data.free_bags, profile.membership, reservation.cabin),
    }),

    /** Each extra baggage is 50 dollars. */
    change_charges_free_bags: deny({
      reason: "free_bag_charged",
      tool: updateReservationBaggages,
      when: ({ data, facts: { bags, profile, reservation } }) =>
        bags.charged > bags.charged_before &&
        bags.free_per_passenger < freeBags(data.free_bags, profile.membership, reservation.cabin),
    }),

    /** The user can add but not remove checked bags. */
    bags_removed: deny({
      reason: "bags_removed",
      tool: updateReservationBaggages,
      when: ({ args, facts }) => args.total_baggages < facts.reservation.total_baggages,
    }),
  }),
});
