import { describe, expect, it } from "vitest";
import cancellation from "./cancellation.policy.ts";
import { someCall } from "./some-call.ts";

const { already_flown, no_ground_for_cancellation } = cancellation.rules;
type Context = Parameters<typeof already_flown.when>[0];
type Reservation = Context["facts"]["reservation"];

const reservation: Reservation = {
  user_id: "ada_berg",
  flight_type: "one_way",
  origin: "AMS",
  destination: "OSL",
  cabin: "economy",
  flights: [{ flight_number: "FG101", date: "2024-05-20", status: "available" }],
  passengers: [{ first_name: "Ada", last_name: "Berg", dob: "1980-02-29" }],
  total_baggages: 0,
  nonfree_baggages: 0,
  insurance: "no",
  created_at: "2024-05-01T14:00:00.000Z",
};

const cancelling = (changes: Partial<Reservation> = {}): Context => ({
  ...someCall,
  args: { reservation_id: "ADA1" },
  facts: { reservation: { ...reservation, ...changes } },
});
const flying = (status: string) =>
  cancelling({ flights: [...reservation.flights, { flight_number: "FG102", date: "2024-05-15", status }] });

describe("cancellation", () => {
  it("is not for what has been flown in part", () => {
    expect(already_flown.when(flying("landed"))).toBe(true);
    expect(already_flown.when(flying("flying"))).toBe(true);
    expect(already_flown.when(flying("delayed"))).toBe(false);
  });

  it("needs a ground", () => {
    expect(no_ground_for_cancellation.when(cancelling())).toBe(true);
    expect(no_ground_for_cancellation.when(cancelling({ cabin: "business" }))).toBe(false);
    expect(no_ground_for_cancellation.when(cancelling({ insurance: "yes" }))).toBe(false);
    expect(no_ground_for_cancellation.when(flying("cancelled"))).toBe(false);
  });

  it("counts a day after the booking to the millisecond", () => {
    const isTooLate = (created_at: string) => no_ground_for_cancellation.when(cancelling({ created_at }));
    expect(isTooLate("2024-05-15T19:00:00.000Z")).toBe(false);
    expect(isTooLate("2024-05-14T20:00:00.000Z")).toBe(false);
    expect(isTooLate("2024-05-14T19:59:59.999Z")).toBe(true);
  });
});
