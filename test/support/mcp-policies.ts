import type { PolicyFiles } from "./build-release.ts";

/** A policy that lets everything through, in every phase that needs an allow. */
export const allowAllPolicies: PolicyFiles = {
  "all.policy.ts": `
import { policy } from "@forego/dsl";

export default policy({
  name: "all",
  version: "1.0.0",
  rules: ({ allow }) => ({
    /** Everything is allowed. */
    all: allow({ reason: "all", on: ["tool_call", "mcp_resource_read", "mcp_prompt_get"], when: () => true }),
  }),
});
`,
};

/** Policies before a server: a rule of every effect, for tools, resources, prompts and results. */
export const mcpPolicies: PolicyFiles = {
  ...allowAllPolicies,
  "echo.policy.ts": `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";

const echo = tool("echo", z.object({ text: z.string(), note: z.string().optional() }));

export default policy({
  name: "echo",
  version: "1.0.0",
  rules: ({ deny, requireApproval }) => ({
    /** Some words are not echoed. */
    forbidden: deny({ reason: "forbidden_word", tool: echo, when: ({ args }) => args.text === "forbidden" }),
    /** Some words are echoed with care. */
    asked: requireApproval({ reason: "word_is_asked", tool: echo, when: ({ args }) => args.text.startsWith("ask") }),
    /** Money is for finance. */
    finance: requireApproval({
      reason: "finance_is_asked",
      tool: echo,
      from: { groups: ["finance"], not_requester: false },
      when: ({ args }) => args.text === "money",
    }),
    /** Much money is for somebody else of finance. */
    others: requireApproval({
      reason: "others_are_asked",
      tool: echo,
      from: { groups: ["finance"] },
      when: ({ args }) => args.text === "much money",
    }),
    /** Only one server constructs. */
    constructed: deny({ reason: "no_constructor", when: ({ action }) => action.tool === "constructor" }),
    /** Guests see no images. */
    guests: deny({
      reason: "no_guests",
      when: ({ action, user }) => action.tool === "test_image_content" && user.id === "guest",
    }),
    /** Guests read nothing binary, and get no prompts with images. */
    pictures: deny({
      reason: "no_pictures",
      on: ["mcp_resource_read", "mcp_prompt_get"],
      when: ({ action, user }) =>
        user.id === "guest" && ["test://static-binary", "test_prompt_with_image"].includes(action.tool),
    }),
    /** Strangers read nothing at all. */
    strangers: deny({
      reason: "no_strangers",
      on: ["mcp_resource_read"],
      when: ({ user }) => user.id === "stranger",
    }),
    /** The models of guests answer no server. */
    samples: deny({ reason: "no_samples", on: ["model_call"], when: ({ user }) => user.id === "guest" }),
    /** Secrets are not read. */
    secrets: deny({
      reason: "no_secrets",
      on: ["mcp_resource_read", "mcp_prompt_get"],
      when: ({ action }) => action.tool.includes("secret"),
    }),
  }),
});
`,
  "limits.policy.ts": `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";

const slow = tool("slow", z.object({}));
const counted = tool("counted", z.object({}));

export default policy({
  category: "workflow",
  name: "limits",
  version: "1.0.0",
  rules: ({ budget }) => ({
    /** Two slow calls an hour. */
    slow: budget({ reason: "slow_budget", tool: slow, window: { hours: 1 }, limit: 2, cost: () => 1, key: ({ user }) => user.id }),
    /** Two counted calls an hour. */
    counted: budget({ reason: "counted_budget", tool: counted, window: { hours: 1 }, limit: 2, cost: () => 1, key: ({ user }) => user.id }),
  }),
});
`,
  "privacy.policy.ts": `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";

const echo = tool("echo", z.object({ text: z.string(), note: z.string().optional() }));
const customer = tool("customer", z.object({ id: z.number() }));
const lookup = tool("lookup", z.object({ id: z.number() }));
const sneaky = tool("sneaky", z.object({}));

export default policy({
  category: "compliance",
  name: "privacy",
  version: "1.0.0",
  rules: ({ deny, redact, transform }) => ({
    /** Customers keep their numbers, and their balance. */
    customer: redact({
      reason: "no_numbers",
      tool: customer,
      paths: ["result.ssn", "result.balance", "result.rows[*].ssn"],
      when: () => true,
    }),
    lookup: redact({ reason: "no_numbers", tool: lookup, paths: ["result.ssn"], when: () => true }),
    sneaky: redact({ reason: "no_numbers", tool: sneaky, paths: ["result.ssn"], when: () => true }),
    /** Some customers are not shown at all. */
    hidden: deny({ reason: "customer_hidden", on: ["tool_result"], tool: lookup, when: ({ args }) => args.id === 13 }),
    /** Notes stay. */
    notes: redact({ reason: "notes_stay", tool: echo, paths: ["args.note"], when: () => true }),
    /** Shouting is toned down. */
    quiet: transform({ reason: "quiet", tool: echo, set: { text: () => "quiet" }, when: ({ args }) => args.text === "LOUD" }),
  }),
});
`,
};
