import type { DiagnosticCode } from "../codes.ts";
import type { Explanation } from "./explanation.ts";

/** A policy of one rule. */
const policyOf = (category: string, effect: string, rule: string, terms = "") => `export default policy({
  category: "${category}",
  name: "example",
  version: "1.0.0",${terms}
  rules: ({ ${effect} }) => ({ example: ${rule} }),
});`;

const searching = 'const search = tool("search", z.object({ limit: int({ min: 1, max: 50 }) }));\n';

const budgetOf = (cost: string) =>
  policyOf(
    "workflow",
    "budget",
    `budget({ reason: "weekly_hours", window: { days: 7 }, limit: 40, cost: ({ facts }) => ${cost} })`,
    "\n  facts: z.object({ hours: z.number().min(0).max(24) }),",
  );

const redactionOf = (path: string) =>
  policyOf("compliance", "redact", `redact({ reason: "no_ssn", paths: ["${path}"], when: () => true })`);

const transformOf = (value: string) =>
  `${searching}${policyOf("compliance", "transform", `transform({ reason: "small_pages", tool: search, set: { limit: ({ args }) => ${value} }, when: () => true })`)}`;

const liftOf = (lifts: string) =>
  policyOf(
    "override",
    "lift",
    `lift({ reason: "incident", lifts: ${lifts}, when: () => true })`,
    `
  owner: "oncall",
  justification: "An open incident is worse.",
  expires: "2030-01-01T00:00:00Z",`,
  );

const gate = (overridable: string) => `// gate.policy.ts
export default policy({
  name: "gate",
  version: "1.0.0",
  rules: ({ deny }) => ({
    clearance: deny({ reason: "not_cleared", ${overridable}when: ({ agent }) => agent.scope === "guest" }),
  }),
});`;

const incident = (meaning: string) => `// incident.policy.ts
import gate from "./gate.policy.ts";
${liftOf(`[{ rule: gate.rules.clearance, meaning: "${meaning}" }]`)}`;

const limits = (state: string) =>
  `export default policy({
  category: "workflow",
  name: "example",
  version: "1.0.0",
  state: ["${state}"],
  rules: ({ rateLimit, requireApproval }) => ({
    calls: rateLimit({ reason: "too_many_calls", window: { hours: 1 }, limit: 100 }),
    many: requireApproval({ reason: "many_calls", when: ({ state }) => state.${state}.used > 50 }),
  }),
});`;

const reviewed = "8230514d1bb1";

/** What lifts, obligations and limits say. */
export const effectExplanations = {
  FG1023: {
    paragraph:
      "An override takes back rules of others, each by name: the policy is imported, and its rule is named as its module has it. So a name that is wrong is found by TypeScript, and one that is gone does not link.",
    wrong: liftOf("[]"),
    right: `${gate('overridable: { by: ["oncall"] }, ')}
${incident(reviewed)}`,
  },
  FG1025: {
    paragraph:
      "What a call costs is reserved before it runs, and the sum is kept for a window of time. Sums stay exact only for whole numbers that are not negative, so cost and limit must be such for every input: a schema with bounds says that, and so do Math.ceil and Math.max. The key, which says whose calls count together, is a text.",
    wrong: budgetOf("facts.hours"),
    right: budgetOf("Math.ceil(facts.hours)"),
  },
  FG1026: {
    paragraph:
      "A redaction names where a value stands: below an argument of the call, or in its result. A field follows a full stop, and [*] stands for every entry of a list or record. What is not there is left alone.",
    wrong: redactionOf("result.rows[0].ssn"),
    right: redactionOf("result.rows[*].ssn"),
  },
  FG1027: {
    paragraph:
      "A transform puts values in the place of arguments that the model wrote, and the tool runs with them. Each must be one that the tool's schema allows, for every input.",
    wrong: transformOf("args.limit + 1"),
    right: transformOf("Math.min(args.limit, 20)"),
  },
  FG1028: {
    paragraph:
      "Rules may ask what is used of a limit: state.calls.remaining. The policy says which of its budgets and rate limits they read, by name, and they read it only where that limit applies. What they see is how things stood before the call, and is advice: the limit itself is kept when the call is admitted.",
    wrong: limits("many"),
    right: limits("calls"),
  },
  FG1029: {
    paragraph:
      "What a denial tells the model and the user holds no values, but for those that the rule names. They must be among what the rule reads, and be texts, numbers, truths or null: lists and objects could be of any size. Remember that whoever steers the model reads them.",
    wrong: `const refund = tool("refund", z.object({ cents: int({ min: 1 }), order: z.string() }));
export default policy({
  name: "refunds",
  version: "1.0.0",
  rules: ({ deny }) => ({
    large: deny({ reason: "refund_is_large", tool: refund, when: ({ args }) => args.cents > 5000, tell: ["args.order"] }),
  }),
});`,
    right: `const refund = tool("refund", z.object({ cents: int({ min: 1 }), order: z.string() }));
export default policy({
  name: "refunds",
  version: "1.0.0",
  rules: ({ deny }) => ({
    large: deny({ reason: "refund_is_large", tool: refund, when: ({ args }) => args.cents > 5000, tell: ["args.cents"] }),
  }),
});`,
  },
  FG3004: {
    paragraph:
      "Nothing may be overridden by default: whoever is responsible for a rule decides who may go past it, and writes `overridable: { by: [...] }` with the owners of those overrides. The message says which rule does not let the lift, or that the release does not have it.",
    wrong: `${gate("")}
${incident(reviewed)}`,
    right: `${gate('overridable: { by: ["oncall"] }, ')}
${incident(reviewed)}`,
  },
  FG3005: {
    paragraph:
      "A lift is made for a rule as it was when somebody weighed the two against each other. So it names the first digits of the digest of what that rule means: its condition, its helpers and its data, not its layout. When the rule changes, the lift no longer links until somebody has read the rule again and writes the new digits; the message tells them.",
    wrong: `${gate('overridable: { by: ["oncall"] }, ')}
${incident("5f0c2ae98b1d")}`,
    right: `${gate('overridable: { by: ["oncall"] }, ')}
${incident(reviewed)}`,
  },
  FG3009: {
    paragraph:
      "A release that comes with an MCP server is not written by those who use it. So it can only restrict: deny calls of its own server, let them ask, take values out of them, and mark them for audit. It allows nothing, lifts nothing, and counts nothing.",
  },
} as const satisfies Partial<Record<DiagnosticCode, Explanation>>;
