import type { AnswerReceipt } from "../decision/admission.ts";
import { redactArguments, transformArguments } from "../decision/fulfil-obligations.ts";
import type { Notifier } from "../decision/notifier.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import { withServer } from "../evaluation/join-server.ts";
import { identifyCaller, type PreparedCall } from "../input/prepare-call.ts";
import { canonicalDigest } from "../json/canonical-digest.ts";
import type { Json } from "../json/json-snapshot.ts";
import type { ApprovalRequest, ApprovalState } from "../ports/approval-store.ts";
import type { VerifiedIdentity } from "../ports/identity.ts";
import { createPicker } from "../release/read-set.ts";
import type { RuleInfo } from "../release/release.ts";
import { findRules } from "../release/rule-index.ts";
import type { GuardSetup } from "../setup/guard-setup.ts";
import { ask, type Steps, wait } from "../steps/steps.ts";
import { fromStore } from "../steps/store-trouble.ts";

/** One rule that asks, and where its approval stands. `new` means that nobody has been asked yet. */
export interface Ask {
  readonly rule: RuleInfo;
  readonly binding: string;
  readonly state: ApprovalState | "new";
}

/** Finds where the approvals of all rules that ask stand. */
export function* reviewAsks(prepared: PreparedCall, evaluation: Evaluation): Steps<readonly Ask[]> {
  if ("trouble" in evaluation.decided) return [];
  const { rules, approvals } = prepared.setup;
  const asks: Ask[] = [];
  for (const rule of findRules(withServer(rules, evaluation.server), evaluation.decided.hits)) {
    if (rule.effect !== "require_approval" || evaluation.decided.overridden.includes(rule.id)) continue;
    const binding = bindingOf(prepared, evaluation, rule);
    const state = yield* fromStore(() => ask(approvals.state, () => approvals.state(binding)));
    asks.push({ rule, binding, state: state ?? "new" });
  }
  return asks;
}

/** Opens a request for each rule that nobody has been asked about, and finds those that are open. */
export function* openRequests(
  prepared: PreparedCall,
  evaluation: Evaluation,
  asks: readonly Ask[],
): Steps<readonly ApprovalRequest[]> {
  const requests: ApprovalRequest[] = [];
  for (const { rule, binding, state } of asks) {
    if (state !== "new" && state !== "pending") continue;
    const request = createRequest(prepared, evaluation, rule, binding);
    requests.push(yield* fromStore(() => wait(prepared.setup.approvals.open(request))));
  }
  return requests;
}

/** Uses up the refusals of the given asks. */
export function* takeRefusals({ approvals }: GuardSetup, asks: readonly Ask[]): Steps<void> {
  for (const { binding } of asks) yield* fromStore(() => wait(approvals.take(binding, "refused")));
}

/** Uses up the grants of the given asks: the requests that were granted. `undefined` where one of them is gone, and the others stay. */
export function* takeGrants(
  setup: GuardSetup,
  asks: readonly Ask[],
): Steps<readonly ApprovalRequest[] | undefined> {
  const taken: ApprovalRequest[] = [];
  try {
    for (const { binding } of asks) {
      const request = yield* fromStore(() => wait(setup.approvals.take(binding, "granted")));
      if (request === undefined) return undefined;
      taken.push(request);
    }
    return taken;
  } finally {
    if (taken.length < asks.length) void giveBackGrants(setup, taken);
  }
}

/** Lets grants that were taken serve once more, for a call that has not come to its end by them. Never rejects. */
export async function giveBackGrants(
  { approvals }: GuardSetup,
  taken: readonly ApprovalRequest[],
): Promise<void> {
  // fail closed: one that cannot be kept again has served, and people are asked again
  await Promise.allSettled(taken.map(async (request) => approvals.giveBack(request)));
}

/** An answer to an approval request. `by` is the host's context of whoever answers. */
export interface GivenAnswer {
  readonly requestId: string;
  readonly granted: boolean;
  readonly by: unknown;
}

/** Takes somebody's answer to a request, where they may give it, and tells observers of it. */
export function* answerRequest(
  setup: GuardSetup,
  { requestId, granted, by }: GivenAnswer,
  notify: Pick<Notifier, "answered">,
): Steps<AnswerReceipt> {
  const identity = yield* identifyCaller(setup, by);
  if ("trouble" in identity) return { accepted: false, problem: "not_identified" };
  let request: ApprovalRequest | undefined;
  const told = (receipt: AnswerReceipt): AnswerReceipt => {
    if (request !== undefined) notify.answered({ request, granted, by: identity, receipt });
    return receipt;
  };
  try {
    request = yield* wait(setup.approvals.get(requestId));
    if (request === undefined) return told({ accepted: false, problem: "not_open" });
    if (!mayAnswer(request, identity, granted)) return told({ accepted: false, problem: "not_entitled" });
    const outcome = yield* wait(setup.approvals.answer(requestId, granted, nameOf(identity)));
    return told(outcome === "taken" ? { accepted: true } : { accepted: false, problem: outcome });
  } catch {
    // fail closed: what could not be kept counts for nothing; what the store says is not for whoever answers
    return told({ accepted: false, problem: "unavailable" });
  }
}

/** Whether somebody may answer a request: the requester for `user`, a member of a group for `groups`. */
export function mayAnswer(request: ApprovalRequest, by: VerifiedIdentity, granted: boolean): boolean {
  // fail closed: nobody answers for another tenant
  if (by.tenant.id !== request.tenant) return false;
  const isRequester =
    (by.user?.id ?? null) === request.requester && by.user?.issuer === request.requesterIssuer;
  // whoever asked may withdraw
  if (!granted && isRequester) return true;
  // fail closed: an approval is a person's; an agent without one approves nothing, itself least of all
  if (by.user === undefined) return false;
  if (request.from === "user") return isRequester;
  // fail closed: a second pair of eyes is not the first, which it may be where one issuer is not known
  if (request.from.not_requester && mayBeRequester(request, by.user)) return false;
  const { groups } = by.user;
  return request.from.groups.some((group) => groups.includes(group));
}

/** Whether somebody is the requester, or a namesake of whom nobody says that another issuer knows them. */
function mayBeRequester(
  { requester, requesterIssuer: issuer }: ApprovalRequest,
  user: NonNullable<VerifiedIdentity["user"]>,
): boolean {
  const isUnknown = issuer === undefined || user.issuer === undefined;
  return user.id === requester && (isUnknown || user.issuer === issuer);
}

/** One person, as one text. */
function nameOf({ tenant, user }: VerifiedIdentity): string {
  // fail closed: namesakes of two issuers count once, as some doors tell no issuer of the same person
  return JSON.stringify([tenant.id, user?.id ?? null]);
}

/** Everything that a grant holds for: when any of it changes, the digest does, and the rule asks again. */
function bindingOf(prepared: PreparedCall, evaluation: Evaluation, rule: RuleInfo): string {
  // the rule may be of the server's release, which reads other parts of the input than the main one
  const input = "trouble" in prepared.ready ? undefined : prepared.ready.input;
  const shown = createPicker(rule.reads)(input) as { readonly facts?: unknown } | undefined;
  return canonicalDigest({
    tenant: prepared.identity?.tenant.id,
    requester: prepared.identity?.user?.id ?? null,
    issuer: prepared.identity?.user?.issuer ?? null,
    agent: prepared.setup.agent.id,
    chain: prepared.identity?.chain,
    // a confirmation is by whoever holds this conversation, and tells nothing about another one
    conversation: (rule.from ?? "user") === "user" ? (prepared.call.conversationId ?? null) : null,
    phase: prepared.phase,
    server: prepared.call.server ?? null,
    tool: prepared.call.tool,
    ordinal: prepared.call.ordinal ?? 0,
    args: prepared.args,
    runs: argumentsOf(prepared, evaluation),
    facts: shown?.facts ?? null,
    rule: rule.id,
    meaning: rule.meaning,
  });
}

/** The arguments that the call will be made with, as far as rules set them: what the approver sees is what runs. */
function argumentsOf({ args }: PreparedCall, { decided }: Evaluation): Json {
  if ("trouble" in decided || decided.obligations.length === 0) return args;
  const changed = transformArguments(args as Readonly<Record<string, Json>>, decided.obligations);
  return redactArguments(changed, decided.obligations) ?? changed;
}

function createRequest(
  prepared: PreparedCall,
  evaluation: Evaluation,
  rule: RuleInfo,
  binding: string,
): ApprovalRequest {
  const { setup, call, identity } = prepared;
  return {
    id: setup.newId(),
    binding,
    rule: rule.id,
    reason: rule.reason,
    ...(rule.description === undefined ? {} : { description: rule.description }),
    from: rule.from ?? "user",
    tenant: identity?.tenant.id ?? "",
    requester: identity?.user?.id ?? null,
    ...(identity?.user?.issuer === undefined ? {} : { requesterIssuer: identity.user.issuer }),
    ...(call.conversationId === undefined ? {} : { conversationId: call.conversationId }),
    tool: call.tool,
    args: argumentsOf(prepared, evaluation),
    expiresAt: Math.floor(setup.clock.now() + setup.approvalTtlMs),
  };
}
