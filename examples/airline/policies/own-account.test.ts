import { describe, expect, it } from "vitest";
import ownAccount from "./own-account.policy.ts";
import { someCall } from "./some-call.ts";

const { reservation_of_another_user, booking_for_another_user } = ownAccount.rules;

const isAnothers = (tool: string, owner: string | null) =>
  reservation_of_another_user.when({
    ...someCall,
    action: { ...someCall.action, tool },
    facts: { reservation: owner === null ? null : { user_id: owner } },
  });

describe("own account", () => {
  it("keeps the agent from changing the reservation of another user", () => {
    expect(isAnothers("cancel_reservation", "ole_dahl")).toBe(true);
    expect(isAnothers("cancel_reservation", "ada_berg")).toBe(false);
  });

  it("does not speak about look-ups, and calls without a reservation", () => {
    expect(isAnothers("get_reservation_details", "ole_dahl")).toBe(false);
    expect(isAnothers("update_reservation_flights", null)).toBe(false);
  });

  it("keeps the agent from booking in the name of another user", () => {
    const args = {
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
    } as const;
    const facts = { reservation: null };
    expect(booking_for_another_user.when({ ...someCall, facts, args })).toBe(false);
    expect(
      booking_for_another_user.when({ ...someCall, facts, args: { ...args, user_id: "ole_dahl" } }),
    ).toBe(true);
  });
});
