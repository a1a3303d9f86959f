import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import bagsPolicy from "./bags.policy.ts";
import { someCall } from "./some-call.ts";

const { rules } = bagsPolicy;
type Booking = Parameters<typeof rules.booking_gives_bags_away.when>[0];
type Change = Parameters<typeof rules.bags_removed.when>[0];
type Facts = Booking["facts"];

const file = new URL("./bags.data.json", import.meta.url);
const data = JSON.parse(readFileSync(file, "utf8")) as Booking["data"];

const facts: Facts = {
  profile: { membership: "silver" },
  reservation: {
    user_id: "ada_berg",
    flight_type: "one_way",
    origin: "AMS",
    destination: "OSL",
    cabin: "economy",
    flights: [],
    passenger_count: 2,
    total_baggages: 2,
    insurance: "no",
    a_day_after_booking: "2024-05-02T14:00:00Z",
  },
  bags: { free_per_passenger: 0, free_per_passenger_before: 0, charged: 0, charged_before: 0 },
};

const booking = (bags: Partial<Facts["bags"]>): Booking => ({
  ...someCall,
  data,
  args: {
    user_id: "ada_berg",
    origin: "AMS",
    destination: "OSL",
    flight_type: "one_way",
    cabin: "economy",
    flights: [],
    passengers: [],
    payment_methods: [],
    total_baggages: 0,
    nonfree_baggages: 0,
    insurance: "no",
  },
  facts: { ...facts, bags: { ...facts.bags, ...bags } },
});

const change = (total_baggages: number, bags: Partial<Facts["bags"]>): Change => ({
  ...booking(bags),
  args: { reservation_id: "ADA1", total_baggages, nonfree_baggages: 0, payment_id: "card" },
});

describe("bags", () => {
  it("gives a silver member two bags in economy, and charges the third", () => {
    expect(rules.booking_gives_bags_away.when(booking({ free_per_passenger: 2 }))).toBe(false);
    expect(rules.booking_gives_bags_away.when(booking({ free_per_passenger: 2.5 }))).toBe(true);
    expect(rules.booking_charges_free_bags.when(booking({ free_per_passenger: 2, charged: 1 }))).toBe(false);
    expect(rules.booking_charges_free_bags.when(booking({ free_per_passenger: 1.5, charged: 1 }))).toBe(true);
  });

  it("gives nothing to a membership that the airline does not have", () => {
    const none = { ...booking({ free_per_passenger: 1 }), data: { free_bags: {} } };
    expect(rules.booking_gives_bags_away.when(none)).toBe(true);
  });

  it("judges a change by the bags that it adds", () => {
    const upgraded = { free_per_passenger: 3, free_per_passenger_before: 3, charged: 1 };
    expect(rules.change_gives_bags_away.when(change(7, upgraded))).toBe(false);
    expect(rules.change_gives_bags_away.when(change(8, { ...upgraded, free_per_passenger: 3.5 }))).toBe(true);
    const charged = { free_per_passenger: 1, charged: 1, charged_before: 1 };
    expect(rules.change_charges_free_bags.when(change(3, charged))).toBe(false);
    expect(rules.change_charges_free_bags.when(change(3, { ...charged, charged_before: 0 }))).toBe(true);
  });

  it("adds bags and removes none", () => {
    expect([1, 2, 3].map((total) => rules.bags_removed.when(change(total, {})))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
