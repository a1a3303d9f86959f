import { describe, expect, it } from "vitest";
import booking from "./booking.policy.ts";
import { someCall } from "./some-call.ts";

const { rules } = booking;
type Context = Parameters<typeof rules.too_many_passengers.when>[0];

const ada = { first_name: "Ada", last_name: "Berg", dob: "1980-02-29" };

const context: Context = {
  ...someCall,
  args: {
    user_id: "ada_berg",
    origin: "AMS",
    destination: "OSL",
    flight_type: "one_way",
    cabin: "economy",
    flights: [{ flight_number: "FG101", date: "2024-05-20" }],
    passengers: [ada],
    payment_methods: [{ payment_id: "card", amount: 120 }],
    total_baggages: 0,
    nonfree_baggages: 0,
    insurance: "no",
  },
  facts: {
    profile: {
      payment_methods: {
        card: { source: "credit_card" },
        gift1: { source: "gift_card" },
        gift2: { source: "gift_card" },
        gift3: { source: "gift_card" },
        gift4: { source: "gift_card" },
        paper1: { source: "certificate" },
        paper2: { source: "certificate" },
      },
    },
    requested_flights: [
      { flight_number: "FG101", date: "2024-05-20", origin: "AMS", destination: "OSL", status: "available" },
    ],
  },
};

const withArgs = (args: Partial<Context["args"]>): Context => ({
  ...context,
  args: { ...context.args, ...args },
});
const paying = (...ids: readonly string[]) =>
  withArgs({ payment_methods: ids.map((payment_id) => ({ payment_id, amount: 1 })) });
const withStatus = (status: string | null): Context => {
  const requested_flights = context.facts.requested_flights.map((leg) => ({ ...leg, status }));
  return { ...context, facts: { ...context.facts, requested_flights } };
};

describe("booking", () => {
  it("lets a plain booking pass", () => {
    expect(Object.values(rules).filter((rule) => rule.when(context))).toEqual([]);
  });

  it("keeps five passengers, and not six", () => {
    const seats = (count: number) => withArgs({ passengers: Array.from({ length: count }, () => ada) });
    expect(rules.too_many_passengers.when(seats(5))).toBe(false);
    expect(rules.too_many_passengers.when(seats(6))).toBe(true);
  });

  it("misses a name or a date of birth that is absent or empty", () => {
    const misses = (passenger: Partial<typeof ada>) =>
      rules.passenger_details_missing.when(withArgs({ passengers: [ada, passenger] }));
    expect(misses({ first_name: "Kai", last_name: "Berg" })).toBe(true);
    expect(misses({ ...ada, first_name: "" })).toBe(true);
    expect(misses({ ...ada, last_name: "" })).toBe(true);
    expect(misses(ada)).toBe(false);
  });

  it("counts payment methods by their kind", () => {
    const { too_many_payment_methods: rule } = rules;
    expect(rule.when(paying("paper1", "card", "gift1", "gift2", "gift3"))).toBe(false);
    expect(rule.when(paying("paper1", "paper2"))).toBe(true);
    expect(rule.when(paying("card", "card"))).toBe(true);
    expect(rule.when(paying("gift1", "gift2", "gift3", "gift4"))).toBe(true);
  });

  it("finds a payment method that the profile does not have", () => {
    expect(rules.payment_method_not_in_profile.when(paying("card", "gift1"))).toBe(false);
    expect(rules.payment_method_not_in_profile.when(paying("card", "stolen"))).toBe(true);
    expect(rules.payment_method_not_in_profile.when(paying("constructor"))).toBe(true);
  });

  it.each(["delayed", "on time", "flying", "landed", "cancelled", null])(
    "does not book a flight that is %s",
    (status) => {
      expect(rules.flight_cannot_be_booked.when(withStatus(status))).toBe(true);
    },
  );
});
