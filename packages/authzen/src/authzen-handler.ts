import { type Guard, hostnameOf, isWelcome, loopbackHosts, quietly } from "@forego/core";
import { answerRequest } from "./answer-request.ts";
import type { Authenticate } from "./bearer-keys.ts";
import type { AuthZenHost, Caller } from "./caller.ts";
import { type Answer, type Asked, decide } from "./decide.ts";
import { type Evaluation, readEvaluation } from "./evaluation.ts";
import { HttpProblem } from "./http-problem.ts";
import { readJson } from "./read-json.ts";
import { isRecord, type Properties, type Reading } from "./reading.ts";

/** How a handler is put together. */
export interface AuthZenOptions {
  /** Says who asks: see `bearerKeys`. There is no way to do without. */
  readonly authenticate: Authenticate;
  /**
   * Host names or addresses that requests may be sent to, and their pages come from; ports do not count. Defaults to
   * those of this machine.
   */
  readonly allowedHosts?: readonly string[];
  /** Where callers find the server, without a path at the end. Defaults to what they sent the request to. */
  readonly publicUrl?: string;
  /** Bytes of a request. Defaults to 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Questions of one request. Defaults to 100. */
  readonly maxEvaluations?: number;
  /** Is told what went wrong in this server itself, and why callers are not known. They are told nothing of it. */
  readonly onTrouble?: (cause: unknown) => void;
}

const paths = {
  metadata: "/.well-known/authzen-configuration",
  evaluation: "/access/v1/evaluation",
  evaluations: "/access/v1/evaluations",
  /** Not of the specification, which knows no approvals: the id of a request follows. */
  approvals: "/forego/v1/approvals/",
} as const;

const semantics: ReadonlySet<unknown> = new Set([
  "execute_all",
  "deny_on_first_deny",
  "permit_on_first_permit",
]);

/**
 * Answers the OpenID AuthZEN Authorization API 1.0 over a guard: one evaluation, several, and the metadata; and takes
 * the answers of people to approval requests. It never rejects: what is wrong with a request is a 4xx with a sentence,
 * and what is wrong with a call is `decision: false`.
 *
 * @throws ForegoError FG4007 when one of `allowedHosts` is no host.
 */
export function createAuthZenHandler(
  guard: Guard<AuthZenHost>,
  options: AuthZenOptions,
): (request: Request) => Promise<Response> {
  const allowedHosts = (options.allowedHosts ?? loopbackHosts).map(hostnameOf);
  const { maxBodyBytes = 1024 * 1024, maxEvaluations = 100 } = options;

  const tellTrouble = (cause: unknown): void => void quietly(() => options.onTrouble?.(cause));

  const authenticate = async (request: Request): Promise<Caller> => {
    try {
      return await options.authenticate(request);
    } catch (cause) {
      tellTrouble(cause);
      // fail closed: who has not proven who they are asks nothing
      throw new HttpProblem(401, "The caller is not known.", { "www-authenticate": "Bearer" });
    }
  };

  const answer = async (request: Request): Promise<unknown> => {
    const { pathname, origin } = new URL(request.url);
    if (!isWelcome({ url: request.url, origin: request.headers.get("origin") }, allowedHosts))
      throw new HttpProblem(403, "The request is not meant for this server.");
    if (pathname === paths.metadata) {
      requireMethod(request, "GET");
      return metadataOf(options.publicUrl ?? origin);
    }
    const isApproval = pathname.startsWith(paths.approvals);
    if (!isApproval && pathname !== paths.evaluation && pathname !== paths.evaluations)
      throw new HttpProblem(404, "There is nothing here.");
    requireMethod(request, "POST");
    const caller = await authenticate(request);
    const body = await readJson(request, maxBodyBytes);
    if (isApproval) return answerRequest(guard, pathname.slice(paths.approvals.length), body, caller);
    // one that is empty identifies nothing
    const requestId = request.headers.get("x-request-id") || undefined;
    const isBatch = pathname === paths.evaluations && body.evaluations !== undefined;
    if (isBatch && !Array.isArray(body.evaluations)) throw new HttpProblem(400, "evaluations is not a list.");
    const evaluations = isBatch ? (body.evaluations as readonly unknown[]) : [];
    if (evaluations.length > maxEvaluations)
      throw new HttpProblem(400, `There are more than ${maxEvaluations} evaluations.`);
    if (evaluations.length > 0) return decideAll(guard, evaluations, body, { caller, requestId });
    const read = readEvaluation(body);
    if (!read.ok) throw new HttpProblem(400, `${read.problem}.`);
    return decide(guard, read.value, { caller, requestId });
  };

  return async (request) => {
    const requestId = request.headers.get("x-request-id");
    const common = {
      "cache-control": "no-store",
      ...(requestId === null ? {} : { "x-request-id": requestId }),
    };
    try {
      const body = JSON.stringify(await answer(request));
      return new Response(body, { headers: { ...common, "content-type": "application/json" } });
    } catch (cause) {
      const isProblem = cause instanceof HttpProblem;
      if (!isProblem) tellTrouble(cause);
      const { status, message, headers } = isProblem ? cause : new HttpProblem(500, "The server failed.");
      return new Response(message, {
        status,
        headers: { ...common, ...headers, "content-type": "text/plain; charset=utf-8" },
      });
    }
  };
}

/** Decides the questions of one request, one after the other, until the answer is known. */
async function decideAll(
  guard: Guard<AuthZenHost>,
  evaluations: readonly unknown[],
  { options, ...defaults }: Properties,
  { caller, requestId }: Asked,
): Promise<unknown> {
  const semantic = (isRecord(options) ? options.evaluations_semantic : undefined) ?? "execute_all";
  if (!semantics.has(semantic))
    throw new HttpProblem(400, "options.evaluations_semantic is none that there is.");
  const answers: Answer[] = [];
  for (const [index, one] of evaluations.entries()) {
    const itsId = requestId === undefined ? undefined : `${requestId}#${index}`;
    const answer = await decideRead(guard, readEvaluation(one, defaults), { caller, requestId: itsId });
    answers.push(answer);
    if (semantic === (answer.decision ? "permit_on_first_permit" : "deny_on_first_deny")) break;
  }
  return { evaluations: answers };
}

async function decideRead(
  guard: Guard<AuthZenHost>,
  read: Reading<Evaluation>,
  asked: Asked,
): Promise<Answer> {
  if (read.ok) return decide(guard, read.value, asked);
  // fail closed: a question that cannot be read is not allowed
  return { decision: false, context: { error: { status: 400, message: `${read.problem}.` } } };
}

function metadataOf(url: string): unknown {
  return {
    policy_decision_point: url,
    access_evaluation_endpoint: `${url}${paths.evaluation}`,
    access_evaluations_endpoint: `${url}${paths.evaluations}`,
  };
}

function requireMethod(request: Request, method: string): void {
  if (request.method !== method)
    throw new HttpProblem(405, `Only ${method} is answered here.`, { allow: method });
}
