import type { Input } from "@forego/core";

/** Bytes of JSON that the fixed input has: results of two versions of these benchmarks compare only while it is so. */
const fixedInputBytes = 850;

/** The input that every contender is timed on: a support agent looks up a customer, and is allowed to. */
export const fixedInput: Input = {
  contract: 1,
  tenant: { id: "acme" },
  agent: {
    id: "support-agent",
    scope: "support",
    owner_team: "customer-care",
    chain: [{ id: "front-desk", scope: "support" }],
  },
  user: {
    id: "u-48213",
    issuer: "https://login.example",
    groups: ["support", "tier-2", "emea"],
    data_classifications_authorized: ["public", "internal", "customer_data"],
  },
  action: {
    type: "tool_call",
    tool: "crm.search",
    args: { query: "orders of Ada Lovelace since June", limit: 20 },
    server: "crm",
    model: null,
    result: null,
    data_classes_referenced: ["customer_data", "internal"],
  },
  context: {
    conversation_id: "conv-7f3a91c04e",
    turn_count: 7,
    tool_call_count: 3,
    cumulative_tokens: 4521,
    session_age_seconds: 142,
    data_classes_seen: ["customer_data"],
  },
  environment: { region: "us-east", is_production: true, time: "2025-09-12T13:45:00.000Z" },
  facts: {},
  state: {},
  derived: {},
  granted: [],
};

const size = Buffer.byteLength(JSON.stringify(fixedInput));
if (size !== fixedInputBytes) throw new Error(`the fixed input is ${size} bytes, not ${fixedInputBytes}`);

const line = "a line of text. ";
const text = line.repeat((100 * 1024) / line.length);

/** The fixed input with 100 KB of arguments that no rule reads, in one string. */
export const largeTextInput: Input = withUnread({ transcript: text });

/** The same, with one character beyond Latin-1: the engine of JavaScript then keeps the text in another form. */
export const wideTextInput: Input = withUnread({ transcript: `${text.slice(1)}€` });

/** The fixed input with 1 KB of such arguments, and with nearly 64 KB: as much as classifiers look at. */
export const shortTextInput: Input = withUnread({ transcript: text.slice(0, 1024) });
export const longTextInput: Input = withUnread({ transcript: text.slice(0, 64 * 1000) });

/** 100 KB of arguments that no rule reads, in 2,000 values. */
export const manyValuesInput: Input = withUnread({
  rows: Array.from({ length: 2000 }, (_, index) => `row ${index}`.padEnd(51, ".")),
});

function withUnread(unread: Readonly<Record<string, unknown>>): Input {
  const { action } = fixedInput;
  return { ...fixedInput, action: { ...action, args: { ...action.args, ...unread } } };
}
