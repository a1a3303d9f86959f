import type { Call } from "./contract/call.ts";
import type { ReservedReason } from "./contract/reserved-reasons.ts";
import type { Admission, AnswerReceipt, CallOutcome, Proposal, Settlement } from "./decision/admission.ts";
import type { Decision } from "./decision/decision.ts";
import { createCallFlow } from "./flow/call-flow.ts";
import { hideAll, type Offer, type OfferedTools, offerTools } from "./flow/offer-tools.ts";
import { completeOptions, type GuardOptions, withRelease, withShadow } from "./guard-options.ts";
import type { Engine } from "./release/engine.ts";
import type { ReleaseInfo } from "./release/release.ts";
import { decidesResults, mayAsk } from "./setup/decides-results.ts";
import { runSteps, runStepsNow, type Steps } from "./steps/steps.ts";
import { troubleOf } from "./steps/trouble.ts";

/**
 * The check that goes before every call: `propose -> (ask) -> admit -> settle`.
 *
 * Deciding never rejects and never throws: trouble is a deny. A call with an id is one call, however many hooks of
 * the host hand it over: they share one decision id, one span and one record. The exception is a call that ran by
 * approval: handed over again, it asks again.
 */
export interface Guard<THost = unknown> {
  /** The release that decides now. */
  readonly release: ReleaseInfo;
  /** Decides on a snapshot and charges nothing. A deny stands; an ask opens the requests that the call waits for. */
  propose(call: Call<THost>): Promise<Proposal>;
  /** Decides again, and uses up the approvals that were granted. Only `decision.allow` lets the call run. */
  admit(call: Call<THost>): Promise<Admission>;
  /**
   * `admit` for a host that cannot wait. Whatever would have to wait (an asynchronous `identify`, a fact, a remote
   * engine) makes it a deny for `forego.async_unavailable`; an `async` function is not even called.
   */
  admitNow(call: Call<THost>): Admission;
  /**
   * Ends an admitted call, and decides its result where rules speak about results.
   *
   * @throws ForegoError FG4003 when the admission is not one of this guard's.
   */
  settle(admission: Admission, outcome: CallOutcome): Promise<Settlement>;
  /**
   * Whether rules speak about what a tool returns. Of a call that was admitted, its admission says so: another release
   * may decide by now.
   */
  decidesResults(tool: string, server?: string): boolean;
  /** Whether a call of a tool may need approval: an adapter that asks people must then propose it first. */
  mayAsk(tool: string, server?: string): boolean;
  /**
   * Whether rules speak about calls of a model, or a session store counts their answers and tokens: an adapter must then
   * admit and settle them as it does tool calls.
   */
  decidesModel(model: string): boolean;
  /**
   * Tells which tools a host may show to its model: not those that would be denied whatever their arguments. Decides
   * no call, and is not observed; a tool that is shown all the same is denied when it is called. Trouble hides all.
   */
  offer(offered: OfferedTools<THost>): Promise<Offer>;
  /**
   * Decides one call for those who are told the decision and nothing else: it is observed, it asks nobody, and no other
   * hook shares it. What would have to be changed, or have its result decided, is denied; limits are not asked.
   */
  decide(call: Call<THost>): Promise<Decision>;
  /**
   * Makes an adapter's own refusal a decision, so that it is observed and recorded as any other: a call that was
   * swapped on its way, an approval that was forged. `cause` is for the operator.
   */
  deny(call: Call<THost>, reason: ReservedReason, cause?: unknown): Promise<Decision>;
  /**
   * Lets another release decide from the next call on; calls that have begun end under the one that they began with.
   *
   * @throws ForegoError FG4001, FG4004, FG4005 or FG4006 when the guard cannot use the release. The one before goes on then.
   */
  activate(engine: Engine): void;
  /**
   * Lets another release decide beside the active one, in the place of the one that does; `undefined` ends that.
   *
   * @throws as {@link Guard.activate}.
   */
  shadow(engine: Engine | undefined): void;
  /** Answers an approval request. `by` is the answering host's context and goes through `identify`. */
  answer(requestId: string, granted: boolean, by: THost): Promise<AnswerReceipt>;
}

/**
 * Puts a guard before an agent.
 *
 * @throws ForegoError FG4001 or FG4002 when the options do not fit together.
 */
export function createGuard<THost = unknown>(options: GuardOptions<THost>): Guard<THost> {
  let setup = completeOptions(options);
  const flow = createCallFlow(() => setup, options.observers ?? []);
  const run = <TResult>(steps: Steps<TResult>) => runSteps(steps, setup.clock, setup.deadlineMs);
  return {
    get release() {
      return setup.engine.release;
    },
    activate(engine) {
      setup = withRelease(setup, engine);
    },
    shadow(engine) {
      setup = withShadow(setup, engine);
    },
    propose: (call) => run(flow.propose(call)),
    admit: (call) => run(flow.admit(call)),
    admitNow: (call) => runStepsNow(flow.admit(call)),
    settle: (admission, outcome) => run(flow.settle(admission, outcome)),
    decidesResults: (tool, server) => setup.isEnforced && decidesResults(setup, tool, server),
    mayAsk: (tool, server) => setup.isEnforced && mayAsk(setup, tool, server),
    decidesModel: (model) =>
      setup.sessions !== undefined || setup.rules.applicable("model_call", model).rules.length > 0,
    offer: async (offered) => {
      try {
        return await run(offerTools(setup, offered));
      } catch (cause) {
        // fail closed: what could not be found out in time shows nothing
        return hideAll(offered.tools, troubleOf(cause, "forego.engine_error").trouble);
      }
    },
    decide: (call) => run(flow.decide(call)),
    deny: (call, reason, cause) => run(flow.deny(call, reason, cause)),
    answer: (requestId, granted, by) => run(flow.answer(requestId, granted, by)),
  };
}
