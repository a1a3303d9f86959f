import type { PolicyFiles } from "./build-release.ts";

/** Policies of a desk whose conversations have bounds, by everything that is counted of them. */
export const talkPolicies: PolicyFiles = {
  "talk.policy.ts": `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";

const schema = z.object({});
const turns = tool("turns", schema, { data_classes: [] });
const calls = tool("calls", schema, { data_classes: [] });
const tokens = tool("tokens", schema, { data_classes: [] });
export const noop = tool("noop", schema, { data_classes: [] });
const age = tool("age", schema, { data_classes: [] });

export default policy({
  name: "talk",
  version: "1.0.0",
  rules: ({ allow, deny }) => ({
    /** Tools may be used. */
    use: allow({ reason: "tools", when: () => true }),
    turns: deny({ reason: "too_many_turns", tool: turns, when: ({ context }) => context.turn_count >= 4 }),
    calls: deny({ reason: "too_many_calls", tool: calls, when: ({ context }) => context.tool_call_count >= 2 }),
    tokens: deny({ reason: "too_many_tokens", tool: tokens, when: ({ context }) => context.cumulative_tokens >= 40 }),
    age: deny({ reason: "too_old", tool: age, when: ({ context }) => context.session_age_seconds >= 3600 }),
  }),
});
`,
};
