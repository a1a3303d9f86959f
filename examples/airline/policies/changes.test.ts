import { describe, expect, it } from "vitest";
import changes from "./changes.policy.ts";
import { someCall } from "./some-call.ts";

const { passenger_count_changes, ...rules } = changes.rules;
type Context = Parameters<typeof rules.route_changes.when>[0];
type Facts = Context["facts"];

const leg = (
  flight_number: string,
  date: string,
  origin: string,
  destination: string,
  status = "available",
) => ({
  flight_number,
  date,
  origin,
  destination,
  status,
});
const out = leg("FG101", "2024-05-20", "AMS", "OSL");
const back = leg("FG102", "2024-05-24", "OSL", "AMS");
const backLater = leg("FG102", "2024-05-25", "OSL", "AMS");

const reservation: Facts["reservation"] = {
  user_id: "ada_berg",
  flight_type: "round_trip",
  origin: "AMS",
  destination: "OSL",
  cabin: "economy",
  flights: [out, back],
  passengers: [
    { first_name: "Ada", last_name: "Berg", dob: "1980-02-29" },
    { first_name: "Kai", last_name: "Berg", dob: "2010-07-01" },
  ],
  total_baggages: 0,
  nonfree_baggages: 0,
  insurance: "no",
  created_at: "2024-05-01T14:00:00Z",
};

const facts: Facts = {
  profile: {
    payment_methods: { gift: { source: "gift_card" }, paper: { source: "certificate" } },
  },
  reservation,
  requested_flights: [],
};

interface Change {
  readonly cabin?: "basic_economy" | "economy" | "business";
  readonly payment_id?: string;
  readonly reservation?: Partial<Facts["reservation"]>;
}

const changing = (legs: Facts["requested_flights"], change: Change = {}): Context => ({
  ...someCall,
  args: {
    reservation_id: "ADA1",
    cabin: change.cabin ?? "economy",
    flights: legs,
    payment_id: change.payment_id ?? "gift",
  },
  facts: {
    ...facts,
    reservation: { ...reservation, ...change.reservation },
    requested_flights: legs,
  },
});

const broken = (context: Context) =>
  Object.entries(rules).flatMap(([name, rule]) => (rule.when(context) ? [name] : []));

describe("changes", () => {
  it("lets a later flight back pass, by another way too", () => {
    expect(broken(changing([out, backLater]))).toEqual([]);
    const byBergen = [
      leg("FG103", "2024-05-20", "AMS", "BGO"),
      leg("FG104", "2024-05-20", "BGO", "OSL"),
      back,
    ];
    expect(broken(changing(byBergen))).toEqual([]);
  });

  it("keeps basic economy flights, but not their cabin", () => {
    const basic = { cabin: "basic_economy" } as const;
    expect(broken(changing([out, back], { reservation: basic }))).toEqual([]);
    expect(broken(changing([out, backLater], { reservation: basic }))).toEqual([
      "basic_economy_flights_change",
    ]);
    expect(broken(changing([out], { reservation: basic }))).toEqual(["basic_economy_flights_change"]);
  });

  it("keeps origin, destination and trip type", () => {
    expect(broken(changing([out]))).toEqual(["route_changes"]);
    expect(broken(changing([back, out]))).toEqual(["route_changes"]);
    expect(broken(changing([]))).toEqual(["route_changes"]);
    const bergen = [leg("FG103", "2024-05-20", "AMS", "BGO"), leg("FG105", "2024-05-24", "BGO", "AMS")];
    expect(broken(changing(bergen))).toEqual(["route_changes"]);
    const oneWay = { flight_type: "one_way" } as const;
    expect(broken(changing([out, back], { reservation: oneWay }))).toEqual(["route_changes"]);
    expect(broken(changing([out], { reservation: { ...oneWay, flights: [out] } }))).toEqual([]);
  });

  it("asks of a new flight, and of no other, that it can be booked", () => {
    const flown = { ...out, status: "landed" };
    expect(broken(changing([flown, backLater], { reservation: { flights: [flown, back] } }))).toEqual([]);
    const delayed = { ...backLater, status: "delayed" };
    expect(broken(changing([out, delayed]))).toEqual(["new_flight_cannot_be_booked"]);
  });

  it("keeps the cabin once a flight has been flown", () => {
    for (const status of ["landed", "flying"]) {
      const begun = [{ ...out, status }, back];
      const change = { cabin: "business", reservation: { flights: begun } } as const;
      expect(broken(changing(begun, change))).toEqual(["cabin_changes_after_flying"]);
    }
    expect(broken(changing([out, back], { cabin: "business" }))).toEqual([]);
  });

  it("takes a gift card or credit card of the profile", () => {
    expect(broken(changing([out, backLater], { payment_id: "paper" }))).toEqual([
      "difference_paid_by_certificate",
    ]);
    expect(broken(changing([out, backLater], { payment_id: "stolen" }))).toEqual([
      "payment_method_not_in_profile",
    ]);
  });

  it("keeps the number of passengers", () => {
    const travelling = (count: number) =>
      passenger_count_changes.when({
        ...someCall,
        args: { reservation_id: "ADA1", passengers: Array.from({ length: count }, () => ({})) },
        facts,
      });
    expect([1, 2, 3].map(travelling)).toEqual([true, false, true]);
  });
});
