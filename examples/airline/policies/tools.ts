import { int, tool } from "@forego/dsl";
import { z } from "zod";

// The tools of the airline's desk, with the arguments that their API takes and the data that they touch.

const cabin = z.enum(["basic_economy", "economy", "business"]);
const tripType = z.enum(["one_way", "round_trip"]);
const bagCount = int({ min: 0, max: 1000 });
const flights = z.array(z.object({ flight_number: z.string(), date: z.string() })).max(100);

/** Names and date of birth are optional here, so that a rule can say which sentence a missing one breaks. */
const passengers = z.array(
  z.object({
    first_name: z.string().optional(),
    last_name: z.string().optional(),
    dob: z.string().optional(),
  }),
);

export const getUserDetails = tool("get_user_details", z.object({ user_id: z.string() }), {
  data_classes: ["customer_profile"],
});

export const getReservationDetails = tool(
  "get_reservation_details",
  z.object({ reservation_id: z.string() }),
  { data_classes: ["reservation"] },
);

export const searchDirectFlight = tool(
  "search_direct_flight",
  z.object({ origin: z.string(), destination: z.string(), date: z.string() }),
  { data_classes: ["flight_schedule"] },
);

export const searchOnestopFlight = tool(
  "search_onestop_flight",
  z.object({ origin: z.string(), destination: z.string(), date: z.string() }),
  { data_classes: ["flight_schedule"] },
);

export const listAllAirports = tool("list_all_airports", z.object({}), { data_classes: ["flight_schedule"] });

export const calculate = tool("calculate", z.object({ expression: z.string() }), { data_classes: [] });

export const think = tool("think", z.object({ thought: z.string() }), { data_classes: [] });

export const transferToHumanAgents = tool("transfer_to_human_agents", z.object({ summary: z.string() }), {
  data_classes: ["reservation"],
});

export const bookReservation = tool(
  "book_reservation",
  z.object({
    user_id: z.string(),
    origin: z.string(),
    destination: z.string(),
    flight_type: tripType,
    cabin,
    flights,
    passengers: passengers.min(1),
    payment_methods: z.array(z.object({ payment_id: z.string(), amount: z.number() })).max(100),
    total_baggages: bagCount,
    nonfree_baggages: bagCount,
    insurance: z.enum(["yes", "no"]),
  }),
  { data_classes: ["reservation", "payment"] },
);

export const cancelReservation = tool("cancel_reservation", z.object({ reservation_id: z.string() }), {
  data_classes: ["reservation", "payment"],
});

export const updateReservationFlights = tool(
  "update_reservation_flights",
  z.object({ reservation_id: z.string(), cabin, flights, payment_id: z.string() }),
  { data_classes: ["reservation", "payment"] },
);

export const updateReservationBaggages = tool(
  "update_reservation_baggages",
  z.object({
    reservation_id: z.string(),
    total_baggages: bagCount,
    nonfree_baggages: bagCount,
    payment_id: z.string(),
  }),
  { data_classes: ["reservation", "payment"] },
);

export const updateReservationPassengers = tool(
  "update_reservation_passengers",
  z.object({ reservation_id: z.string(), passengers }),
  { data_classes: ["reservation", "customer_profile"] },
);

export const sendCertificate = tool(
  "send_certificate",
  z.object({ user_id: z.string(), amount: z.number().min(0) }),
  { data_classes: ["payment"] },
);
