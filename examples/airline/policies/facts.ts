import { int, isoTime } from "@forego/dsl";
import { z } from "zod";

// What the airline's database says about a call, as it keeps it. Each policy declares those of these facts that it
// reads; what they mean for a call is for the rules.

/** Nobody has as many flights: rules that compare each with each stay cheap. */
const most = 100;

const cabin = z.enum(["basic_economy", "economy", "business"]);

/** What happens to a flight on its day, as the airline's board has it; `null` for a flight that is on no board. */
const flightStatus = z.string().nullable();

const bookedFlights = z
  .array(z.object({ flight_number: z.string(), date: z.string(), status: flightStatus }))
  .max(most);

/** Who the user is to the airline. */
export const profile = z.object({
  membership: z.enum(["regular", "silver", "gold"]),
  /** By the id of the method. */
  payment_methods: z.record(
    z.string(),
    z.object({ source: z.enum(["credit_card", "gift_card", "certificate"]) }),
  ),
});

/** The reservation that the call names, as it is now. */
export const reservation = z.object({
  user_id: z.string(),
  flight_type: z.enum(["one_way", "round_trip"]),
  origin: z.string(),
  destination: z.string(),
  cabin,
  flights: bookedFlights,
  passengers: z.array(z.object({ first_name: z.string(), last_name: z.string(), dob: z.string() })).min(1),
  total_baggages: int({ min: 0 }),
  nonfree_baggages: int({ min: 0 }),
  insurance: z.enum(["yes", "no"]),
  created_at: isoTime(),
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

/** The user's reservations, as they are now, and what this conversation has made of them. */
export const trips = z.array(
  reservation.pick({ cabin: true, insurance: true, passengers: true, flights: true }).extend({
    /** The flights that it had when the conversation began; none for a booking of this conversation. */
    flights_before: bookedFlights,
    /** Whether this conversation has changed or cancelled it. */
    is_changed: z.boolean(),
  }),
);
