import type { Input } from "@forego/core";
import { fixedInput } from "./fixed-input.ts";

/** What differs from the fixed input, section by section. */
type Change = { readonly [TSection in keyof Input]?: Partial<Input[TSection]> };

const mail = (...to: readonly string[]): Change => ({
  action: { tool: "send_mail", args: { to, subject: "Your order", body: "It is on its way." } },
});

const refund = (amount: number, currency: string): Change => ({
  action: { tool: "issue_refund", args: { amount, currency, order: "A-1001" } },
});

const search = (query: string, limit: number): Change => ({ action: { args: { query, limit } } });

const exportRows = (rows: number): Change => ({
  action: { tool: "export_data", args: { table: "orders", rows } },
});

const call = (tool: string): Change => ({ action: { tool, args: {} } });

const classes = (...names: readonly string[]): Change => ({
  action: { data_classes_referenced: [...names].sort() },
});

const cleared = (...names: readonly string[]): Change => ({
  user: { data_classifications_authorized: [...names] },
});

/** Between them, alone and in pairs, these make every rule match and every effect come about. */
const changes: readonly Change[] = [
  ...["sales", "finance", "ops", "marketing"].map((scope): Change => ({ agent: { scope } })),
  { agent: { chain: Array.from({ length: 4 }, (_, index) => ({ id: `agent-${index}`, scope: "support" })) } },
  { agent: { chain: [{ id: "front-desk" }] } },
  ...["suspended", "contractors", "clinical"].map((group): Change => ({ user: { groups: [group] } })),
  { user: { issuer: "https://elsewhere.example" } },
  search("ab", 20),
  search("*", 20),
  search("Ada Lovelace", 101),
  refund(5000, "EUR"),
  refund(5001, "USD"),
  refund(20, "JPY"),
  mail("ada@shop.example", "grace@shop.example"),
  mail("ada@shop.example", "someone@mail.example"),
  exportRows(10_000),
  exportRows(10_001),
  ...["http.fetch", "shell.run", "deploy", "ledger.read", "constructor"].map(call),
  { action: { server: "files-legacy" } },
  classes(),
  classes("eu_personal_data"),
  classes("health_data", "internal"),
  cleared("eu_personal_data", "health_data", "internal"),
  { context: { turn_count: 51 } },
  { context: { cumulative_tokens: 200_001 } },
  { context: { tool_call_count: 101 } },
  { context: { session_age_seconds: 86_401 } },
  { context: { data_classes_seen: ["payment_data"] } },
  { environment: { region: "eu-west" } },
  { environment: { region: "ap-south" } },
  { environment: { is_production: false } },
  { environment: { time: "2025-12-24T18:00:00.000Z" } },
  { environment: { time: "2026-02-01T00:00:00.000Z" } },
];

/** The fixed input, with each change and with each two of them. */
export function variedInputs(): readonly Input[] {
  const pairs = changes.flatMap((first, index) =>
    changes.slice(index + 1).map((second) => apply(apply(fixedInput, first), second)),
  );
  return [fixedInput, ...changes.map((change) => apply(fixedInput, change)), ...pairs];
}

function apply(input: Input, change: Change): Input {
  return {
    ...input,
    agent: { ...input.agent, ...change.agent },
    ...(input.user === undefined ? {} : { user: { ...input.user, ...change.user } }),
    action: { ...input.action, ...change.action },
    context: { ...input.context, ...change.context },
    environment: { ...input.environment, ...change.environment },
  };
}
