import type { Input } from "@forego/core";
import type { Answer } from "./contender.ts";

type Arguments = Readonly<Record<string, unknown>>;

const scopes = new Set(["support", "sales", "finance", "ops"]);
const issuers = new Set(["https://login.example", "https://partners.example"]);
const regions = new Set(["us-east", "us-west", "eu-central", "eu-west"]);
const currencies = new Set(["EUR", "USD", "GBP"]);
const writes = new Set(["crm.update", "issue_refund", "send_mail", "deploy", "shell.run"]);
const toolsByScope = new Map([
  ["support", new Set(["crm.search", "crm.read", "kb.search", "export_data"])],
  ["sales", new Set(["crm.search", "crm.read", "crm.update"])],
  ["finance", new Set(["crm.read", "ledger.read", "export_data"])],
  ["ops", new Set(["deploy", "shell.run", "http.fetch", "metrics.read"])],
]);
const refundLimit = 5000;

/** The 30 rules as a function that somebody would write by hand. It trusts its input, as the hand-written Rego does. */
export function decideByHand(input: Input): Answer {
  const deny = [...denyAgent(input), ...denyCall(input), ...denyData(input), ...denyLockedDown(input)];
  if (deny.length > 0) return { effect: "deny", reasons: deny };
  const { allow, ask } = allowAndAsk(input);
  const isPermitted =
    allow.length > 0 || ask.includes("refund_above_limit") || ask.includes("mail_leaves_the_house");
  if (!isPermitted) return { effect: "deny", reasons: ["forego.no_matching_allow"] };
  if (ask.length > 0) return { effect: "require_approval", reasons: ask };
  return { effect: "allow", reasons: allow };
}

function denyAgent({ agent, user }: Input): string[] {
  const deny: string[] = [];
  if (!scopes.has(agent.scope)) deny.push("agent_scope_unknown");
  if (agent.chain.length > 3) deny.push("delegation_too_deep");
  if (agent.chain.some((delegator) => !delegator.scope)) deny.push("delegation_without_scope");
  if (user?.groups.includes("suspended")) deny.push("user_suspended");
  if (!issuers.has(user?.issuer ?? "")) deny.push("issuer_not_trusted");
  if (user?.groups.includes("contractors") && agent.scope !== "support")
    deny.push("contractor_outside_support");
  return deny;
}

function denyCall({ action, context }: Input): string[] {
  const deny: string[] = [];
  const args: Arguments = action.args;
  const turns = context.turn_count ?? 0;
  if (action.tool === "crm.search") {
    const query = args.query as string;
    if ((args.limit as number) > 100) deny.push("search_page_too_large");
    if (query.length < 3 || query.startsWith("*")) deny.push("search_too_wide");
  }
  if (action.tool === "issue_refund" && !currencies.has(args.currency as string))
    deny.push("refund_currency_not_held");
  if (turns > 50) deny.push("turn_limit_reached");
  if ((context.cumulative_tokens ?? 0) > 200_000) deny.push("token_budget_spent");
  if ((context.tool_call_count ?? 0) > 100) deny.push("tool_calls_in_a_loop");
  if (action.tool === "export_data") {
    if (turns > 20) deny.push("export_too_late");
    if ((args.rows as number) > 10_000) deny.push("export_too_large");
  }
  return deny;
}

function denyData({ action, user, context, environment }: Input): string[] {
  const deny: string[] = [];
  const classes = action.data_classes_referenced;
  const region = environment.region ?? "";
  if (classes.some((name) => !user?.data_classifications_authorized.includes(name)))
    deny.push("data_class_unauthorized_for_user");
  if (context.data_classes_seen.includes("payment_data") && action.tool.startsWith("http."))
    deny.push("payment_data_could_leave");
  if (!region.startsWith("eu-") && classes.includes("eu_personal_data")) deny.push("eu_data_outside_eu");
  if (!regions.has(region)) deny.push("region_not_reviewed");
  if (classes.includes("health_data") && !user?.groups.includes("clinical"))
    deny.push("health_data_needs_clinical_staff");
  return deny;
}

function denyLockedDown({ action, environment }: Input): string[] {
  const { time, is_production } = environment;
  if (time >= "2026-02-01T00:00:00.000Z") return [];
  const deny: string[] = [];
  if (is_production && time > "2025-12-20T00:00:00.000Z" && writes.has(action.tool))
    deny.push("change_freeze");
  if (action.tool.startsWith("shell.")) deny.push("shells_locked");
  if (action.server === "files-legacy") deny.push("server_closed");
  return deny;
}

function allowAndAsk({ agent, action, context, environment }: Input) {
  const allow: string[] = [];
  const ask: string[] = [];
  const args: Arguments = action.args;
  if (toolsByScope.get(agent.scope)?.has(action.tool)) allow.push("tool_in_scope");
  if (action.tool === "issue_refund") {
    if ((args.amount as number) <= refundLimit) allow.push("refund_within_limit");
    else ask.push("refund_above_limit");
  }
  if (action.tool === "send_mail") {
    const isInternal = (args.to as readonly string[]).every((address) => address.endsWith("@shop.example"));
    if (isInternal) allow.push("mail_internal");
    else ask.push("mail_leaves_the_house");
  }
  if ((context.session_age_seconds ?? 0) > 86_400) ask.push("session_is_old");
  if (environment.is_production && agent.scope === "ops" && writes.has(action.tool))
    ask.push("production_write");
  if (action.tool === "export_data" && action.data_classes_referenced.includes("customer_data"))
    ask.push("export_of_customer_data");
  return { allow, ask };
}
