import { int, policy } from "@forego/dsl";
import { z } from "zod";

/** A run ends before it goes round in circles or spends without end. */
export default policy({
  category: "workflow",
  name: "run_limits",
  version: "1.0.0",
  owner: "platform-team",
  data: z.object({
    max_turns: int({ min: 1, max: 1000 }),
    max_tokens: int({ min: 1 }),
    /** From here on a person confirms every call. */
    confirm_after_tokens: int({ min: 1 }),
  }),
  rules: ({ deny, requireApproval }) => ({
    /** The conversation has gone on for more turns than a task should take. */
    too_many_turns: deny({
      reason: "too_many_turns",
      when: ({ context, data }) => context.turn_count > data.max_turns,
      remediation: "summarise_and_hand_over_to_a_person",
    }),
    /** The conversation has used up its tokens. */
    too_many_tokens: deny({
      reason: "token_limit_reached",
      when: ({ context, data }) => context.cumulative_tokens > data.max_tokens,
      remediation: "start_a_new_conversation",
    }),
    /** The conversation has become expensive: the user decides whether it goes on. */
    expensive_conversation: requireApproval({
      reason: "expensive_conversation",
      from: "user",
      when: ({ context, data }) =>
        context.cumulative_tokens > data.confirm_after_tokens && context.cumulative_tokens <= data.max_tokens,
    }),
  }),
});
