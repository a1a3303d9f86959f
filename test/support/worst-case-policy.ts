import type { PolicyFiles } from "./build-release.ts";

/** Policies that read lists of every kind: in the input, in arguments, in lists and in records. */
export const worstCasePolicies: PolicyFiles = {
  "send.policy.ts": `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";

const send = tool(
  "send",
  z.object({
    text: z.string(),
    to: z.array(z.string()),
    copies: z.array(z.string()).optional(),
    tags: z.record(z.string(), z.array(z.string())),
    rows: z.array(z.object({ labels: z.array(z.string()).optional() })),
  }),
);

export default policy({
  name: "send",
  version: "1.0.0",
  rules: ({ allow, deny }) => ({
    /** Letters may be sent. */
    letters: allow({ reason: "letters_may_be_sent", tool: send, when: ({ args }) => args.text !== "" }),
    /** Not to them. */
    recipients: deny({ reason: "recipient", tool: send, when: ({ args }) => args.to.some((one) => one.endsWith("evil.example")) }),
    /** Not to them in copy, either. */
    copies: deny({ reason: "copy", tool: send, when: ({ args }) => (args.copies ?? []).includes("evil") }),
    /** Not under this tag. */
    tags: deny({ reason: "tag", tool: send, when: ({ args }) => args.tags["a"]?.includes("evil") ?? false }),
    /** Not with this label. */
    labels: deny({ reason: "label", tool: send, when: ({ args }) => args.rows.some((row) => (row.labels ?? []).includes("evil")) }),
    /** Only with clearance. */
    clearance: deny({
      reason: "clearance",
      when: ({ action, user }) =>
        action.data_classes_referenced.some((name) => !user.data_classifications_authorized.includes(name)),
    }),
    /** Not after this. */
    seen: deny({
      reason: "seen",
      when: ({ context, user }) => context.data_classes_seen.some((name) => user.groups.includes(name)),
    }),
    /** Not on behalf of this agent. */
    chain: deny({ reason: "chain", when: ({ agent }) => agent.chain.some(({ id }) => id === "evil") }),
  }),
});
`,
};

/** As many texts as a list may have. */
export const thousand = (name: string, length = 1000): readonly string[] =>
  Array.from({ length }, (_, index) => `${name}-${index}`);

/** Arguments of the tool `send`, as small as they can be. */
export const smallSend = { text: "x", to: ["a"], tags: {}, rows: [] };
