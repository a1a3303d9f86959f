import { int, isoTime } from "@forego/dsl";
import { z } from "zod";

// What the airline's database says about a call. Each policy declares those of these facts that it reads.

/** Nobody has as many flights, or ways to pay: rules that compare each with each stay cheap. */
const most = 100;

/** What happens to a flight on its day, as the airline's board has it; `null` for a flight that is on no board. */
const flightStatus = z.string().nullable();

/** Who the user is to the airline. */
export const profile = z.object({
  membership: z.enum(["regular", "silver", "gold"]),
  payment_methods: z
    .array(z.object({ id: z.string(), source: z.enum(["credit_card", "gift_card", "certificate"]) }))
    .max(most),
});

/** The reservation that the call names, as it is now. */
export const reservation = z.object({
  user_id: z.string(),
  flight_type: z.enum(["one_way", "round_trip"]),
  origin: z.string(),
  destination: z.string(),
  cabin: z.enum(["basic_economy", "economy", "business"]),
  flights: z.array(z.object({ flight_number: z.string(), date: z.string(), status: flightStatus })).max(most),
  passenger_count: int({ min: 0 }),
  total_baggages: int({ min: 0 }),
  insurance: z.enum(["yes", "no"]),
  /** 24 hours after the booking: the language has no arithmetic, so the sum is made where the booking is looked up. */
  a_day_after_booking: isoTime(),
});

/** The flights that the call asks for, in its order, as the airline's board has them. */
export const requestedFlights = z
  .array(
    z.object({
      flight_number: z.string(),
      date: z.string(),
      origin: z.string().nullable(),
      destination: z.string().nullable(),
      status: flightStatus,
    }),
  )
  .max(most);

/** Where the flights that the call asks for begin and end: the language can index the first, but not the last. */
export const requestedRoute = z.object({
  departs_from: z.string().nullable(),
  arrives_at: z.string().nullable(),
});

/** Checked bags that the call asks for, free and charged. Before the call: of the same reservation; 0 for a booking. */
export const bags = z.object({
  free_per_passenger: z.number(),
  free_per_passenger_before: z.number(),
  charged: int(),
  charged_before: int(),
});

/** The user's reservations, with what became of their flights, those that this conversation replaced included. */
export const trips = z.array(
  z.object({
    cabin: z.enum(["basic_economy", "economy", "business"]),
    insurance: z.enum(["yes", "no"]),
    flight_statuses: z.array(flightStatus).max(most),
    /** Whether this conversation has changed or cancelled it. */
    is_changed: z.boolean(),
    /** The amount of the certificate, over the passengers of this reservation. */
    certificate_per_passenger: z.number(),
  }),
);
