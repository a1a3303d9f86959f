import { isSubset, policy } from "@forego/dsl";

export {
  bookReservation,
  calculate,
  cancelReservation,
  getReservationDetails,
  getUserDetails,
  listAllAirports,
  searchDirectFlight,
  searchOnestopFlight,
  sendCertificate,
  think,
  transferToHumanAgents,
  updateReservationBaggages,
  updateReservationFlights,
  updateReservationPassengers,
} from "./tools.ts";

/** What the desk needs for its work. A tool that is not in tools.ts is `forego:unclassified`, which is not among them. */
const deskData = ["customer_profile", "reservation", "payment", "flight_schedule"];

/** The desk may use its tools. */
export default policy({
  category: "resource",
  name: "airline_desk",
  version: "1.0.0",
  owner: "customer-service",
  rules: ({ allow }) => ({
    /** As an airline agent, you can help users book, modify, or cancel flight reservations. You also handle refunds and compensation. */
    tools_of_the_desk: allow({
      reason: "tool_of_the_desk",
      when: ({ agent, action }) =>
        agent.scope === "airline_desk" && isSubset(action.data_classes_referenced, deskData),
    }),
  }),
});
