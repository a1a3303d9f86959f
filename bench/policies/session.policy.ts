import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const exportData = tool("export_data", z.object({ table: z.string(), rows: int({ min: 1 }) }));

const writes = ["crm.update", "issue_refund", "send_mail", "deploy", "shell.run"];

/** How long a conversation may go on, and what it may still do. */
export default policy({
  category: "workflow",
  name: "session",
  version: "3.1.0",
  owner: "agents-team",
  rules: ({ deny, requireApproval }) => ({
    /** The conversation has gone on for too many turns. */
    too_many_turns: deny({
      reason: "turn_limit_reached",
      when: ({ context }) => context.turn_count > 50,
      remediation: "start_a_new_conversation",
    }),
    /** The conversation has used up its tokens. */
    token_budget: deny({
      reason: "token_budget_spent",
      when: ({ context }) => context.cumulative_tokens > 200_000,
    }),
    /** The agent calls tools in circles. */
    tool_loop: deny({
      reason: "tool_calls_in_a_loop",
      when: ({ context }) => context.tool_call_count > 100,
    }),
    /** The conversation is older than a day: the user confirms that it is still theirs. */
    stale_session: requireApproval({
      reason: "session_is_old",
      when: ({ context }) => context.session_age_seconds > 86_400,
    }),
    /** Writes of operations agents in production need a second pair of eyes. */
    production_write: requireApproval({
      reason: "production_write",
      from: { groups: ["on-call"] },
      when: ({ environment, agent, action }) =>
        environment.is_production && agent.scope === "ops" && writes.includes(action.tool),
      audit: true,
    }),
    /** Exports belong to the beginning of a conversation. */
    late_export: deny({
      reason: "export_too_late",
      tool: exportData,
      when: ({ context }) => context.turn_count > 20,
    }),
  }),
});
