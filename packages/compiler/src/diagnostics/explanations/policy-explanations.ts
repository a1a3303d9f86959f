import type { DiagnosticCode } from "../codes.ts";
import type { Explanation } from "./explanation.ts";

/** FG10xx: how a policy is put together. */
export const policyExplanations = {
  FG1001: {
    paragraph:
      "A policy is compiled from its types as much as from its text: they say what a field can be, and so what its guard must check. What TypeScript itself finds wrong is therefore reported before anything else, with the strict options that the compiler sets, whatever tsconfig lies about. Mend these first; what the policy language has to say follows.",
    wrong: `when: ({ facts }) => facts.count === "3"`,
    right: `when: ({ facts }) => facts.count === 3`,
  },
  FG1002: {
    paragraph:
      "Every file that ends with .policy.ts is one policy, and the compiler finds it as the file's default export. A file that only holds helpers or tools needs another name, without .policy.",
    wrong: `export const refunds = policy({ name: "refunds", version: "1.0.0", rules: () => ({}) });`,
    right: `export default policy({ name: "refunds", version: "1.0.0", rules: () => ({}) });`,
  },
  FG1003: {
    paragraph:
      "The compiler takes rules from the source, where their places and doc comments are, and so has to see them: one object literal handed to policy(), in which `rules` is an arrow function that returns an object literal. Terms that are put together elsewhere cannot be read that way, nor by the person who reviews the policy.",
    wrong: `const terms = { name: "readable_terms", version: "1.0.0", rules: () => ({}) };
export default policy(terms);`,
    right: `export default policy({ name: "readable_terms", version: "1.0.0", rules: () => ({}) });`,
  },
  FG1004: {
    paragraph:
      "Each rule is written out: a plain name, and a call of one of the effects that `rules` was handed. The name becomes part of the rule's id, which decisions, overrides and approvals refer to, so that it must stand in the source and not be computed.",
    wrong: `const name = "never";
export default policy({
  name: "plain_names",
  version: "1.0.0",
  rules: ({ deny }) => ({ [name]: deny({ reason: "r", when: () => false }) }),
});`,
    right: `export default policy({
  name: "plain_names",
  version: "1.0.0",
  rules: ({ deny }) => ({ never: deny({ reason: "r", when: () => false }) }),
});`,
  },
  FG1005: {
    paragraph:
      "A rule's condition is a function in its place, with one parameter: what the rule may read. A function that is declared elsewhere can still do the work; call it from `when`, with the values that it needs, so that the compiler sees exactly which those are.",
    wrong: `const isLarge = ({ facts }: { readonly facts: { readonly count: number } }) => facts.count > 3;
when: isLarge`,
    right: `const isLarge = (count: number) => count > 3;
when: ({ facts }) => isLarge(facts.count)`,
  },
  FG1006: {
    paragraph:
      "Names of policies and rules become names in Rego, in bundles, in decisions and in dashboards. They are made of lower-case letters, digits and underscores (a rule's name may have upper-case letters, too), and begin with a letter, so that none of these has to change them. Owners, reasons and phases are texts, and must be those that there are, and not empty.",
    wrong: `export default policy({ name: "Refund-Limits", version: "1.0.0", rules: () => ({}) });`,
    right: `export default policy({ name: "refund_limits", version: "1.0.0", rules: () => ({}) });`,
  },
  FG1007: {
    paragraph:
      "Releases are ordered by their versions, and a release's version is the highest of its policies. A version is three numbers: major.minor.patch.",
    wrong: `export default policy({ name: "versioned", version: "1.4", rules: () => ({}) });`,
    right: `export default policy({ name: "versioned", version: "1.4.0", rules: () => ({}) });`,
  },
  FG1008: {
    paragraph:
      "The compiler runs the policy's module once, to read its zod schemas: in a process without environment and network, that may write nothing. A module that throws while it loads has no schemas to read. Values that differ by installation belong into the policy's data, and values that differ by call into facts.",
    wrong: `const limits = JSON.parse("{") as { readonly max: number };
when: ({ facts }) => facts.count > 3 && limits !== null`,
    right: `when: ({ facts }) => facts.count > 3`,
  },
  FG1009: {
    paragraph:
      "A policy with a `data` schema has its data in a JSON file beside it, of the same name: refunds.policy.ts and refunds.data.json. The file may be owned and changed by other people than the policy; what its values may be is said by the schema.",
    wrong: `export default policy({
  name: "with_data",
  version: "1.0.0",
  data: z.object({ limit: int() }),
  rules: ({ deny }) => ({ none: deny({ reason: "r", when: ({ data }) => data.limit === 0 }) }),
});`,
    right: `// with-data.data.json
{ "limit": 50 }
// with-data.policy.ts
export default policy({
  name: "with_data",
  version: "1.0.0",
  data: z.object({ limit: int() }),
  rules: ({ deny }) => ({ none: deny({ reason: "r", when: ({ data }) => data.limit === 0 }) }),
});`,
  },
  FG1010: {
    paragraph:
      "The data file is checked against the policy's schema when it is compiled, so that no decision ever meets data of another form. The message names the place in the file.",
    wrong: `// fitting.data.json
{ "limit": "50" }
// fitting.policy.ts
export default policy({
  name: "fitting",
  version: "1.0.0",
  data: z.object({ limit: int() }),
  rules: ({ deny }) => ({ none: deny({ reason: "r", when: ({ data }) => data.limit === 0 }) }),
});`,
    right: `// fitting.data.json
{ "limit": 50 }
// fitting.policy.ts
export default policy({
  name: "fitting",
  version: "1.0.0",
  data: z.object({ limit: int() }),
  rules: ({ deny }) => ({ none: deny({ reason: "r", when: ({ data }) => data.limit === 0 }) }),
});`,
  },
  FG1011: {
    paragraph:
      "Before a rule runs, everything that it reads is checked against its schema, in TypeScript, in WASM and in any OPA alike. A check that only JavaScript can make, such as .refine() or .transform(), cannot be kept there, and dropping it would let through what it forbids. Write it as a bound, an enum or a union; what remains is a condition for the rule.",
    wrong: `export default policy({
  name: "checked",
  version: "1.0.0",
  facts: z.object({ region: z.string().refine((region) => region.length === 2) }),
  rules: () => ({}),
});`,
    right: `export default policy({
  name: "checked",
  version: "1.0.0",
  facts: z.object({ region: z.string().min(2).max(2) }),
  rules: () => ({}),
});`,
  },
  FG1012: {
    paragraph:
      "A policy of the category `override` sets others aside, and so says who answers for it, why, and until when. After `expires`, none of its rules matches any more; the time is UTC, since nothing else means the same everywhere.",
    wrong: `export default policy({
  category: "override",
  name: "freeze",
  version: "1.0.0",
  owner: "change-board",
  justification: "No changes during the migration.",
  expires: "next week",
  rules: () => ({}),
});`,
    right: `export default policy({
  category: "override",
  name: "freeze",
  version: "1.0.0",
  owner: "change-board",
  justification: "No changes during the migration.",
  expires: "2027-01-10T00:00:00Z",
  rules: () => ({}),
});`,
  },
  FG1013: {
    paragraph:
      "Each category has the effects that its owner may answer for: only `resource` allows, `identity` and `override` deny, the others deny and ask. And an effect must be of use where the rule applies: a result cannot wait for an approval, since the call has happened.",
    wrong: `export default policy({
  name: "late",
  version: "1.0.0",
  rules: ({ requireApproval }) => ({
    result: requireApproval({ reason: "r", on: ["tool_result"], when: () => true }),
  }),
});`,
    right: `export default policy({
  name: "late",
  version: "1.0.0",
  rules: ({ deny }) => ({
    result: deny({ reason: "r", on: ["tool_result"], when: () => true }),
  }),
});`,
  },
  FG1014: {
    paragraph:
      "Reasons that begin with `forego.` are said by Forego itself, when there is no release, no identity or no valid input. A policy that used them would make its denies look like trouble.",
    wrong: `export default policy({
  name: "reasons",
  version: "1.0.0",
  rules: ({ deny }) => ({ never: deny({ reason: "forego.engine_error", when: () => false }) }),
});`,
    right: `export default policy({
  name: "reasons",
  version: "1.0.0",
  rules: ({ deny }) => ({ never: deny({ reason: "engine_is_off", when: () => false }) }),
});`,
  },
  FG1015: {
    paragraph:
      "The compiler takes the constants of a module for what their declarations say. A statement that runs when the module loads could change them, or depend on where it runs, and nothing that reads the rules would show it. So a policy file, and the files that it imports, hold imports, types, constants and functions.",
    wrong: `const names: string[] = ["a"];
if (names.length === 1) names.forEach((name) => name.trim());
when: ({ facts }) => names.includes(facts.name)`,
    right: `const names = ["a", "b"];
when: ({ facts }) => names.includes(facts.name)`,
  },
  FG1016: {
    paragraph:
      "A rule applies in the phases of its `on`, which are calls of tools unless it says otherwise. A condition that asks for another phase never holds there (or always), so that a rule about results would let all of them pass.",
    wrong: `when: ({ action }) => action.type === "tool_result" && action.data_classes_referenced.includes("secrets")`,
    right: `when: ({ action }) => action.type === "tool_call" && action.data_classes_referenced.includes("secrets")`,
  },
  FG3001: {
    paragraph:
      "Within its category, a policy's name is its identity: rules are known as category.policy.rule. Two policies of one name would overwrite each other; the message names the file of the other.",
    wrong: `// first.policy.ts
export default policy({ name: "claimed", version: "1.0.0", rules: () => ({}) });
// second.policy.ts
export default policy({ name: "claimed", version: "1.0.0", rules: () => ({}) });`,
    right: `// first.policy.ts
export default policy({ name: "claimed", version: "1.0.0", rules: () => ({}) });
// second.policy.ts
export default policy({ name: "not_claimed", version: "1.0.0", rules: () => ({}) });`,
  },
  FG3002: {
    paragraph:
      "While a decision is made, the process makes no other, and nothing can interrupt it. So a release has a bound: with every list and record as long as it may be, no decision may take more than 1,000,000,000 steps. Loops in loops multiply. A list without a maximum may have 1,000 entries; three of them, one within the other, are too many.",
    wrong: `// slow.policy.ts
const team = z.object({ members: z.array(z.object({ tags: z.array(z.string()) })) });
export default policy({
  name: "slow",
  version: "1.0.0",
  facts: z.object({ teams: z.array(team), words: z.array(z.string()) }),
  rules: ({ deny }) => ({
    tagged: deny({
      reason: "r",
      when: ({ facts }) => facts.teams.some(({ members }) => members.some(({ tags }) => tags.some((tag) => tag.startsWith("x")))),
    }),
  }),
});`,
    right: `// quick.policy.ts
const team = z.object({ members: z.array(z.object({ tags: z.array(z.string()).max(20) })).max(50) });
export default policy({
  name: "quick",
  version: "1.0.0",
  facts: z.object({ teams: z.array(team).max(50), words: z.array(z.string()) }),
  rules: ({ deny }) => ({
    tagged: deny({
      reason: "r",
      when: ({ facts }) => facts.teams.some(({ members }) => members.some(({ tags }) => tags.some((tag) => tag.startsWith("x")))),
    }),
  }),
});`,
  },
  FG3003: {
    paragraph:
      "A module of OPA cannot keep a compiled regular expression: RE2 compiles each that a decision asks, again at every decision, and in the memory of that decision. Beginnings, ends, parts and lists are told without RE2; so is a text that consists of one kind of character. A release may leave at most 50 patterns to RE2.",
  },
  FG1035: {
    paragraph:
      "A rule that is pinned to a tool names what was declared, and cannot mistype it; a comparison with action.tool can, and then never holds: what it should deny goes through. So where policies of a build declare tools, and all by literal names, a name that none of them declares is pointed out. Rules for models, resources and prompts are not looked at, nor is a build that declares no tool.",
    wrong: `const unlock = tool("door.unlock", z.object({ door: z.string() }));
export default policy({
  name: "doors",
  version: "1.0.0",
  rules: ({ allow, deny }) => ({
    may: allow({ reason: "may_unlock", tool: unlock, when: ({ args }) => args.door === "front" }),
    stay_shut: deny({ reason: "guests", when: ({ action, agent }) => action.tool === "door.unlok" && agent.scope === "guest" }),
  }),
});`,
    right: `const unlock = tool("door.unlock", z.object({ door: z.string() }));
export default policy({
  name: "doors",
  version: "1.0.0",
  rules: ({ allow, deny }) => ({
    may: allow({ reason: "may_unlock", tool: unlock, when: ({ args }) => args.door === "front" }),
    stay_shut: deny({ reason: "guests", tool: unlock, when: ({ agent }) => agent.scope === "guest" }),
  }),
});`,
  },
} as const satisfies Partial<Record<DiagnosticCode, Explanation>>;
