import type { Json } from "../json/json-snapshot.ts";
import type { ApprovalSource } from "../release/release.ts";

/** What a person is asked: exactly what the answer will be bound to. */
export interface ApprovalRequest {
  readonly id: string;
  /**
   * Digest of everything the approval is bound to: tenant, requester, agent, tool, arguments, which one it is of equal
   * calls, facts, rule and its meaning; a confirmation by the requester also to the conversation.
   */
  readonly binding: string;
  readonly rule: string;
  readonly reason: string;
  readonly description?: string;
  readonly from: ApprovalSource;
  readonly tenant: string;
  /** Id of the user on whose behalf the agent calls; `null` for an unattended agent. */
  readonly requester: string | null;
  /** Who issued that id, where the identity says so: the same id of another issuer is somebody else. */
  readonly requesterIssuer?: string;
  readonly conversationId?: string;
  readonly tool: string;
  /** The full arguments, as they will be executed. For the approver's eyes. */
  readonly args: Json;
  /** Milliseconds since 1970; from then on the request and its answer are void. */
  readonly expiresAt: number;
}

/** Where a request stands. A used or expired one is gone. */
export type ApprovalState = "pending" | "granted" | "refused";

/** What became of an answer: only one that was `taken` counts. */
export type AnswerOutcome = "taken" | "granted_before" | "not_open";

/** How many different people must grant a request. */
export function grantsNeeded({ from }: Pick<ApprovalRequest, "from">): number {
  return from === "user" ? 1 : (from.quorum ?? 1);
}

/**
 * Keeps approvals. At most one live request a binding; each answer serves one admission.
 * The methods may answer at once or with a promise; a store shared by processes must make `answer` and `take` atomic.
 */
export interface ApprovalStore {
  /** Keeps a request, unless a live one with the same binding is there; answers with the live one. */
  open(request: ApprovalRequest): ApprovalRequest | PromiseLike<ApprovalRequest>;
  /** The live request with this id. */
  get(id: string): ApprovalRequest | undefined | PromiseLike<ApprovalRequest | undefined>;
  /** Where the live request with this binding stands; `undefined` when there is none. */
  state(binding: string): ApprovalState | undefined | PromiseLike<ApprovalState | undefined>;
  /**
   * Answers a pending request in somebody's name: tenant and id as one text. One refusal refuses; it is granted
   * when as many different people as {@link grantsNeeded} have granted. Nothing changes when it is `not_open`: gone, or
   * answered; nor when it needs more people, and the same person has `granted_before`.
   */
  answer(id: string, granted: boolean, by: string): AnswerOutcome | PromiseLike<AnswerOutcome>;
  /** Uses up the answer to a binding: the request that it was given to. `undefined` when somebody else did, or it is not answered so. */
  take(
    binding: string,
    answer: "granted" | "refused",
  ): ApprovalRequest | undefined | PromiseLike<ApprovalRequest | undefined>;
  /** Keeps a request again that was taken as granted, and is so still; not where another one with its binding is live. */
  giveBack(request: ApprovalRequest): void | PromiseLike<void>;
}

/** What the in-memory store keeps; beyond it the oldest go that nobody has answered, and are asked again. */
export interface ApprovalLimits {
  readonly maxRequests: number;
  /** Sum of the characters of all requests, as JSON: their arguments are the model's. */
  readonly maxSize: number;
}

/** 10,000 requests, 64 Mi characters. */
const approvalLimits: ApprovalLimits = { maxRequests: 10_000, maxSize: 64 * 1024 * 1024 };

interface Entry {
  readonly request: ApprovalRequest;
  readonly size: number;
  readonly grantedBy: Set<string>;
  state: ApprovalState;
}

/** Approvals in this process's memory: lost on restart, when what was asked is asked again. */
export function createMemoryApprovals(
  now: () => number,
  limits: ApprovalLimits = approvalLimits,
): ApprovalStore {
  const byBinding = new Map<string, Entry>();
  const bindings = new Map<string, string>();
  let sum = 0;

  const drop = ({ request, size }: Entry): void => {
    byBinding.delete(request.binding);
    bindings.delete(request.id);
    sum -= size;
  };

  const live = (binding: string | undefined): Entry | undefined => {
    const entry = binding === undefined ? undefined : byBinding.get(binding);
    if (entry === undefined) return undefined;
    // fail closed: an expired approval is none
    if (entry.request.expiresAt <= now()) return void drop(entry);
    return entry;
  };

  /** What a person has answered already is kept as long as something else can go. */
  const leastWanted = (): Entry | undefined => {
    const [oldest] = byBinding.values();
    for (const entry of byBinding.values()) {
      const isAnswered = entry.state !== "pending" || entry.grantedBy.size > 0;
      if (!isAnswered || entry.request.expiresAt <= now()) return entry;
    }
    return oldest;
  };

  const makeRoom = (needed: number): void => {
    while (byBinding.size >= limits.maxRequests || sum + needed > limits.maxSize) {
      const gone = leastWanted();
      if (gone === undefined) return;
      drop(gone);
    }
  };

  const keep = (request: ApprovalRequest, state: ApprovalState): ApprovalRequest => {
    const existing = live(request.binding);
    if (existing !== undefined) return existing.request;
    const size = JSON.stringify(request).length;
    makeRoom(size);
    byBinding.set(request.binding, { request, size, grantedBy: new Set(), state });
    sum += size;
    bindings.set(request.id, request.binding);
    return request;
  };

  return {
    open: (request) => keep(request, "pending"),
    get: (id) => live(bindings.get(id))?.request,
    state: (binding) => live(binding)?.state,
    answer(id, granted, by) {
      const entry = live(bindings.get(id));
      // fail closed: the first answer stands
      if (entry?.state !== "pending") return "not_open";
      // fail closed: a quorum is of different people
      if (granted && entry.grantedBy.has(by)) return "granted_before";
      if (granted) entry.grantedBy.add(by);
      // fail closed: one refusal is enough, and one grant may not be
      if (!granted) entry.state = "refused";
      else if (entry.grantedBy.size >= grantsNeeded(entry.request)) entry.state = "granted";
      return "taken";
    },
    take(binding, answer) {
      const entry = live(binding);
      // fail closed: an approval serves one admission
      if (entry?.state !== answer) return undefined;
      drop(entry);
      return entry.request;
    },
    giveBack: (request) => void keep(request, "granted"),
  };
}
