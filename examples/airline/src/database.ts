import { z } from "zod";

const cabin = z.enum(["basic_economy", "economy", "business"]);
const passenger = z.object({ first_name: z.string(), last_name: z.string(), dob: z.string() });
const bookedFlight = z.object({
  flight_number: z.string(),
  date: z.string(),
  origin: z.string(),
  destination: z.string(),
});

export const userSchema = z.object({
  membership: z.enum(["regular", "silver", "gold"]),
  payment_methods: z.record(
    z.string(),
    z.object({ id: z.string(), source: z.enum(["credit_card", "gift_card", "certificate"]) }),
  ),
});

export const reservationSchema = z.object({
  reservation_id: z.string(),
  user_id: z.string(),
  flight_type: z.enum(["one_way", "round_trip"]),
  origin: z.string(),
  destination: z.string(),
  cabin,
  flights: z.array(bookedFlight),
  passengers: z.array(passenger),
  total_baggages: z.int(),
  nonfree_baggages: z.int(),
  insurance: z.enum(["yes", "no"]),
  /** The airline's local time, without a zone. */
  created_at: z.string(),
  status: z.literal("cancelled").optional(),
});

export const flightSchema = z.object({
  origin: z.string(),
  destination: z.string(),
  dates: z.record(z.string(), z.object({ status: z.string() })),
});

export type User = z.infer<typeof userSchema>;
export type Reservation = z.infer<typeof reservationSchema>;
export type Flight = z.infer<typeof flightSchema>;

/** The airline's database. Nothing in it is changed in place: a write replaces a reservation in a copy. */
export interface Database {
  readonly users: ReadonlyMap<string, User>;
  readonly reservations: ReadonlyMap<string, Reservation>;
  readonly flights: ReadonlyMap<string, Flight>;
}

/** One conversation's copy of the database, with the database as it was before. */
export interface DatabaseCopy extends Database {
  readonly reservations: Map<string, Reservation>;
  readonly original: Database;
}

/** A fresh copy, for one conversation. Costs one map: the records are shared until a write replaces one. */
export function copyDatabase(original: Database): DatabaseCopy {
  return { ...original, reservations: new Map(original.reservations), original };
}
