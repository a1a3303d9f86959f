import { policy } from "@forego/dsl";

const updatesOfTheDatabase = [
  "book_reservation",
  "cancel_reservation",
  "update_reservation_flights",
  "update_reservation_baggages",
  "update_reservation_passengers",
];

/** Nothing is booked, changed or cancelled before the user has said yes to it. */
export default policy({
  category: "workflow",
  name: "confirmation",
  version: "1.0.0",
  owner: "customer-service",
  rules: ({ requireApproval }) => ({
    /**
     * Before taking any actions that update the booking database (booking, modifying flights, editing baggage,
     * changing cabin class, or updating passenger information), you must list the action details and obtain explicit
     * user confirmation (yes) to proceed.
     */
    explicit_yes: requireApproval({
      reason: "user_confirmation_needed",
      from: "user",
      when: ({ action }) => updatesOfTheDatabase.includes(action.tool),
      remediation: "list_the_details_and_ask_the_user",
    }),
  }),
});
