import type { PolicyFiles } from "./build-release.ts";

/** Policies of an office that sends mail: limits of every kind, and obligations on calls and results. */
export const mailPolicies: PolicyFiles = {
  "mail.policy.ts": `
import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

export const send = tool(
  "mail.send",
  z.object({ to: z.string(), size: int({ min: 0, max: 1000 }), note: z.union([z.string(), z.object({ text: z.string() })]).optional() }),
  { data_classes: ["mail"] },
);

export default policy({
  name: "mail",
  version: "1.0.0",
  rules: ({ allow, deny, requireApproval }) => ({
    /** The office sends mail. */
    sends: allow({ reason: "office_sends", when: () => true }),
    /** Nobody writes to the press. */
    press: deny({ reason: "no_press", tool: send, when: ({ args }) => args.to === "press" }),
    /** The board is written to with care. */
    board: requireApproval({ reason: "board_is_asked", tool: send, when: ({ args }) => args.to.startsWith("board") }),
  }),
});
`,
  "limits.policy.ts": `
import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";
import { send } from "./mail.policy.ts";

const chat = tool("chat", z.object({ most: int({ min: 0, max: 1000 }) }));

export default policy({
  category: "workflow",
  name: "limits",
  version: "1.0.0",
  state: ["sizes"],
  rules: ({ budget, rateLimit, deny }) => ({
    /** Ten units of mail to one address within an hour. */
    sizes: budget({
      reason: "mail_budget",
      tool: send,
      window: { hours: 1 },
      limit: 10,
      cost: ({ args }) => args.size,
      key: ({ args }) => args.to,
      remediation: "wait",
    }),
    /** Five calls a minute for each user. */
    calls: rateLimit({ reason: "too_many_calls", window: { minutes: 1 }, limit: 5, key: ({ user }) => user.id }),
    /** A hundred tokens a day. */
    tokens: budget({
      reason: "token_budget",
      tool: chat,
      on: ["model_call"],
      window: { days: 1 },
      limit: 100,
      cost: ({ args }) => args.most,
      unit: "tokens",
    }),
    /** Who has little left sends nothing that is large. */
    last: deny({
      reason: "keep_some",
      tool: send,
      when: ({ args, state }) => args.size > 4 && state.sizes.remaining < 6 && state.sizes.remaining > 4,
    }),
  }),
});
`,
  "duties.policy.ts": `
import { policy } from "@forego/dsl";
import { send } from "./mail.policy.ts";

export default policy({
  category: "compliance",
  name: "duties",
  version: "1.0.0",
  rules: ({ redact, transform, audit }) => ({
    /** Notes stay in the office. */
    notes: redact({
      reason: "notes_stay",
      tool: send,
      paths: ["args.note", "result.rows[*].ssn"],
      when: ({ args }) => args.to.startsWith("out"),
    }),
    deep: redact({
      reason: "no_text",
      tool: send,
      paths: ["args.note.text"],
      when: ({ args }) => args.to === "deep",
    }),
    /** Lists get short mails. */
    short: transform({
      reason: "short_mails",
      tool: send,
      set: { size: ({ args }) => Math.min(args.size, 3) },
      when: ({ args }) => args.to.endsWith("list"),
    }),
    /** Some lists get shorter ones. */
    shorter: transform({
      reason: "shorter_mails",
      tool: send,
      set: { size: () => 1 },
      when: ({ args }) => args.to === "strict-list",
    }),
    /** A list of the press is the press. */
    renamed: transform({
      reason: "press_has_a_list",
      tool: send,
      set: { to: () => "press" },
      when: ({ args }) => args.to === "journal",
    }),
    /** What grows when it is sent grows for ever. */
    grows: transform({
      reason: "grows",
      tool: send,
      set: { size: ({ args }) => Math.min(args.size + 1, 1000) },
      when: ({ args }) => args.to === "growing",
    }),
    marked: audit({ reason: "marked", tool: send, when: ({ args }) => args.to === "marked" }),
  }),
});
`,
};
