import type { PolicyFiles } from "./build-release.ts";

/** What {@link agentPolicies} says, for the tests of adapters: of tools, of results, of the model, of who calls. */
export const agentPolicies: PolicyFiles = {
  "desk.policy.ts": `
    import { int, policy, tool } from "@forego/dsl";
    import { z } from "zod";
    const pay = tool("pay", z.object({ amount: int() }));
    const vault = tool("vault", z.object({}));
    export default policy({
      name: "desk",
      version: "1.0.0",
      rules: ({ allow, deny, requireApproval }) => ({
        everything: allow({ reason: "desk_work", when: () => true }),
        /** Nothing is deleted from here. */
        no_delete: deny({ reason: "delete_forbidden", when: ({ action }) => action.tool === "delete" }),
        /** Nobody pays that much. */
        limit: deny({ reason: "above_limit", tool: pay, when: ({ args }) => args.amount > 1000 }),
        /** Large payments need a confirmation. */
        large: requireApproval({ reason: "large_payment", tool: pay, when: ({ args }) => args.amount > 100 }),
        /** Guests pay nothing. */
        guests: deny({ reason: "guests_do_not_pay", tool: pay, when: ({ user }) => user.groups.includes("guests") }),
        /** Nor do they write code. */
        no_code: deny({
          reason: "guests_write_no_code",
          when: ({ action, user }) => action.tool === "code" && user.groups.includes("guests"),
        }),
        /** What was returned is secret. */
        secret: deny({ reason: "secret_result", on: ["tool_result"], tool: vault, when: () => true }),
      }),
    });
  `,
  "pace.policy.ts": `
    import { model, policy } from "@forego/dsl";
    export default policy({
      category: "workflow",
      name: "pace",
      version: "1.0.0",
      rules: ({ deny, budget }) => ({
        /** The run is too long. */
        turns: deny({ reason: "too_many_turns", on: ["model_call"], when: ({ context }) => context.turn_count >= 4 }),
        /** That model is not for this desk. */
        model: deny({ reason: "model_not_allowed", on: ["model_call"], when: ({ action }) => action.model === "big" }),
        tokens: budget({
          reason: "out_of_tokens",
          on: ["model_call"],
          window: { hours: 1 },
          limit: 1000,
          cost: 100,
          unit: "tokens",
        }),
        /** The model that thinks long has a thousand tokens an hour. */
        thoughts: budget({
          reason: "out_of_thoughts",
          tool: model("thinker"),
          window: { hours: 1 },
          limit: 1000,
          cost: ({ args }) => args.input_tokens + (args.max_output_tokens ?? 8_000),
          unit: "tokens",
        }),
      }),
    });
  `,
};
