import { describe, expect, it } from "vitest";
import compensation from "./compensation.policy.ts";
import { someCall } from "./some-call.ts";

const { rules } = compensation;
type Context = Parameters<typeof rules.wrong_amount.when>[0];
type Trip = Context["facts"]["trips"][number];
type Membership = Context["facts"]["profile"]["membership"];

const trip = (status: string, changes: Partial<Trip> = {}): Trip => ({
  cabin: "economy",
  insurance: "no",
  flight_statuses: ["available", status],
  is_changed: false,
  certificate_per_passenger: 50,
  ...changes,
});

const broken = (membership: Membership, trips: readonly Trip[], user_id = "ada_berg") =>
  Object.entries(rules).flatMap(([name, rule]) => {
    const args = { user_id, amount: 100 };
    return rule.when({ ...someCall, args, facts: { profile: { membership }, trips } }) ? [name] : [];
  });

const delayed = trip("delayed", { is_changed: true });
const cancelled = trip("cancelled", { certificate_per_passenger: 100 });

describe("compensation", () => {
  it("is for a cancelled flight, and for a delayed one whose reservation has changed", () => {
    expect(broken("gold", [cancelled])).toEqual([]);
    expect(broken("gold", [delayed])).toEqual([]);
    expect(broken("gold", [trip("delayed")])).toEqual(["delay_before_any_change"]);
    expect(broken("gold", [trip("delayed"), cancelled])).toEqual([]);
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
    expect(broken("gold", [{ ...cancelled, certificate_per_passenger: 50 }])).toEqual(["wrong_amount"]);
    expect(broken("gold", [{ ...delayed, certificate_per_passenger: 100 }])).toEqual(["wrong_amount"]);
  });
});
