import { describe, expect, it } from "vitest";
import compensation from "./compensation.policy.ts";
import { someCall } from "./some-call.ts";

const { rules } = compensation;
type Context = Parameters<typeof rules.wrong_amount.when>[0];
type Trip = Context["facts"]["trips"][number];
type Membership = Context["facts"]["profile"]["membership"];

const flight = (status: string) => ({ flight_number: "FG101", date: "2024-05-15", status });
const ada = { first_name: "Ada", last_name: "Berg", dob: "1980-02-29" };
const kai = { first_name: "Kai", last_name: "Berg", dob: "2010-07-01" };

const trip = (status: string, changes: Partial<Trip> = {}): Trip => ({
  cabin: "economy",
  insurance: "no",
  flights: [flight("available"), flight(status)],
  flights_before: [],
  is_changed: false,
  passengers: [ada],
  ...changes,
});

/** The rules that a certificate of $100 breaks. */
const broken = (membership: Membership, trips: readonly Trip[], user_id = "ada_berg") =>
  Object.entries(rules).flatMap(([name, rule]) => {
    const args = { user_id, amount: 100 };
    return rule.when({ ...someCall, args, facts: { profile: { membership }, trips } }) ? [name] : [];
  });

const delayed = trip("delayed", { is_changed: true, passengers: [ada, kai] });
const cancelled = trip("cancelled");

describe("compensation", () => {
  it("is for a cancelled flight, and for a delayed one whose reservation has changed", () => {
    expect(broken("gold", [cancelled])).toEqual([]);
    expect(broken("gold", [delayed])).toEqual([]);
    expect(broken("gold", [{ ...delayed, is_changed: false }])).toEqual(["delay_before_any_change"]);
    expect(broken("gold", [trip("delayed"), cancelled])).toEqual([]);
  });

  it("is for a flight that this conversation has replaced, too", () => {
    const flights_before = [flight("cancelled")];
    expect(broken("gold", [trip("available", { flights_before, is_changed: true })])).toEqual([]);
  });

  it("is for nothing else, and nobody else", () => {
    expect(broken("gold", [])).toEqual(["no_reason_for_compensation"]);
    expect(broken("gold", [trip("landed")])).toEqual(["no_reason_for_compensation"]);
    expect(broken("gold", [cancelled], "ole_dahl")).toEqual(["no_reason_for_compensation"]);
  });

  it("is for a regular member with insurance or in business, on the trip that was disrupted", () => {
    expect(broken("regular", [cancelled])).toEqual(["user_not_entitled"]);
    expect(broken("regular", [cancelled, trip("landed", { insurance: "yes" })])).toEqual([
      "user_not_entitled",
    ]);
    expect(broken("regular", [{ ...cancelled, insurance: "yes" }])).toEqual([]);
    expect(broken("regular", [{ ...cancelled, cabin: "business" }])).toEqual([]);
  });

  it("is $100 a passenger for a cancellation, and $50 for a delay", () => {
    expect(broken("gold", [{ ...cancelled, passengers: [ada, kai] }])).toEqual(["wrong_amount"]);
    expect(broken("gold", [{ ...delayed, passengers: [ada] }])).toEqual(["wrong_amount"]);
  });
});
