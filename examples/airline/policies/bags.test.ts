import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import bagsPolicy from "./bags.policy.ts";
import { someCall } from "./some-call.ts";

const { rules } = bagsPolicy;
type Booking = Parameters<typeof rules.booking_gives_bags_away.when>[0];
type Change = Parameters<typeof rules.bags_removed.when>[0];
type Reservation = Change["facts"]["reservation"];

const file = new URL("./bags.data.json", import.meta.url);
const data = JSON.parse(readFileSync(file, "utf8")) as Booking["data"];

const passengers = [
  { first_name: "Ada", last_name: "Berg", dob: "1980-02-29" },
  { first_name: "Kai", last_name: "Berg", dob: "2010-07-01" },
];

const reservation: Reservation = {
  user_id: "ada_berg",
  flight_type: "one_way",
  origin: "AMS",
  destination: "OSL",
  cabin: "economy",
  flights: [],
  passengers,
  total_baggages: 2,
  nonfree_baggages: 0,
  insurance: "no",
  created_at: "2024-05-01T14:00:00Z",
};

/** A booking of a silver member, in economy and for two: four bags are free. */
const booking = (total_baggages: number, nonfree_baggages: number): Booking => ({
  ...someCall,
  data,
  args: {
    user_id: "ada_berg",
    origin: "AMS",
    destination: "OSL",
    flight_type: "one_way",
    cabin: "economy",
    flights: [],
    passengers,
    payment_methods: [],
    total_baggages,
    nonfree_baggages,
    insurance: "no",
  },
  facts: { profile: { membership: "silver" }, reservation },
});

/** A change of such a reservation. */
const change = (
  total_baggages: number,
  nonfree_baggages: number,
  before: Partial<Reservation> = {},
): Change => ({
  ...booking(0, 0),
  args: { reservation_id: "ADA1", total_baggages, nonfree_baggages, payment_id: "card" },
  facts: { profile: { membership: "silver" }, reservation: { ...reservation, ...before } },
});

describe("bags", () => {
  it("gives a silver member two bags in economy, and charges the third", () => {
    expect(rules.booking_gives_bags_away.when(booking(4, 0))).toBe(false);
    expect(rules.booking_gives_bags_away.when(booking(5, 0))).toBe(true);
    expect(rules.booking_charges_free_bags.when(booking(5, 1))).toBe(false);
    expect(rules.booking_charges_free_bags.when(booking(4, 1))).toBe(true);
    expect(rules.booking_charges_free_bags.when(booking(3, 0))).toBe(false);
  });

  it("gives nothing to a membership that the airline does not have", () => {
    const none = { ...booking(1, 0), data: { free_bags: {} } };
    expect(rules.booking_gives_bags_away.when(none)).toBe(true);
  });

  it("judges a change by the bags that it adds", () => {
    const upgraded = { total_baggages: 6, nonfree_baggages: 0 };
    expect(rules.change_gives_bags_away.when(change(7, 1, upgraded))).toBe(false);
    expect(rules.change_gives_bags_away.when(change(8, 1, upgraded))).toBe(true);
    const charged = { total_baggages: 3, nonfree_baggages: 1 };
    expect(rules.change_charges_free_bags.when(change(4, 1, charged))).toBe(false);
    expect(rules.change_charges_free_bags.when(change(4, 2, charged))).toBe(true);
  });

  it("adds bags and removes none", () => {
    expect([1, 2, 3].map((total) => rules.bags_removed.when(change(total, 0)))).toEqual([true, false, false]);
  });
});
