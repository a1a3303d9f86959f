import { int, policy } from "@forego/dsl";
import { z } from "zod";
import { profile, reservation } from "./facts.ts";
import { bookReservation, updateReservationBaggages } from "./tools.ts";

type Allowances = Readonly<Record<string, Readonly<Record<string, number>>>>;
type Trip = { readonly cabin: string; readonly passengers: readonly unknown[] };
type Bags = { readonly total_baggages: number; readonly nonfree_baggages: number };

// bags.data.json holds what each passenger has for free
const freeBags = (allowances: Allowances, membership: string, { cabin, passengers }: Trip) =>
  (allowances[membership]?.[cabin] ?? 0) * passengers.length;

const notCharged = ({ total_baggages, nonfree_baggages }: Bags) => total_baggages - nonfree_baggages;

/** "Checked bag allowance": what is free is not charged, and what is not free is. */
export default policy({
  category: "compliance",
  name: "bags",
  version: "1.0.0",
  owner: "reservations",
  data: z.object({ free_bags: z.record(z.string(), z.record(z.string(), int({ min: 0, max: 10 }))) }),
  facts: z.object({ profile: profile.pick({ membership: true }), reservation }),
  rules: ({ deny }) => ({
    /** Each extra baggage is 50 dollars. */
    booking_gives_bags_away: deny({
      reason: "bag_not_charged",
      tool: bookReservation,
      when: ({ args, data, facts }) =>
        notCharged(args) > freeBags(data.free_bags, facts.profile.membership, args),
    }),

    /** Each extra baggage is 50 dollars. */
    booking_charges_free_bags: deny({
      reason: "free_bag_charged",
      tool: bookReservation,
      when: ({ args, data, facts }) =>
        args.nonfree_baggages > 0 &&
        notCharged(args) < freeBags(data.free_bags, facts.profile.membership, args),
    }),

    /** Each extra baggage is 50 dollars. */
    change_gives_bags_away: deny({
      reason: "bag_not_charged",
      tool: updateReservationBaggages,
      when: ({ args, data, facts: { profile, reservation } }) =>
        notCharged(args) > notCharged(reservation) &&
        notCharged(args) > freeBags(data.free_bags, profile.membership, reservation),
    }),

    /** Each extra baggage is 50 dollars. */
    change_charges_free_bags: deny({
      reason: "free_bag_charged",
      tool: updateReservationBaggages,
      when: ({ args, data, facts: { profile, reservation } }) =>
        args.nonfree_baggages > reservation.nonfree_baggages &&
        notCharged(args) < freeBags(data.free_bags, profile.membership, reservation),
    }),

    /** The user can add but not remove checked bags. */
    bags_removed: deny({
      reason: "bags_removed",
      tool: updateReservationBaggages,
      when: ({ args, facts }) => args.total_baggages < facts.reservation.total_baggages,
    }),
  }),
});
