import type { PolicyContext } from "@forego/dsl";

/** A call as predicates are handed it: what the tests of the policies vary, and add arguments, data and facts to. */
export const someCall: PolicyContext<undefined, undefined> = {
  contract: 1,
  tenant: { id: "airline" },
  agent: { id: "airline-agent", scope: "airline_desk", owner_team: "customer-service", chain: [] },
  user: { id: "ada_berg", issuer: "", groups: [], data_classifications_authorized: [] },
  action: {
    type: "tool_call",
    tool: "cancel_reservation",
    args: {},
    server: null,
    model: null,
    result: null,
    data_classes_referenced: ["reservation", "payment"],
  },
  context: {
    conversation_id: "task 1, trial 0",
    turn_count: 3,
    tool_call_count: 2,
    cumulative_tokens: 900,
    session_age_seconds: 60,
    data_classes_seen: [],
  },
  environment: { region: "eu", time: "2024-05-15T20:00:00Z", is_production: false },
  data: {},
  facts: {},
};
