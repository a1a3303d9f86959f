/**
 * One place where a doubt becomes a deny. Each `// fail closed: …` comment of the packages is here, with what breaks
 * the place and the test that then fails.
 */
export interface FailClosed {
  /** Source file, below the repository. */
  readonly file: string;
  /** The comment, from its colon on. */
  readonly comment: string;
  /** A text behind the comment, and what breaks the place when it stands there instead. */
  readonly broken: readonly [text: string, instead: string];
  /** The test that fails then: a file below the repository, and its title or a part of it. */
  readonly test: readonly [file: string, title: string];
}

const aiSdk = "packages/ai-sdk/src";
const cli = "packages/cli/src";
const core = "packages/core/src";
const langchain = "packages/langchain/src";
const mcp = "packages/mcp/src";
const stateless = `${mcp}/stateless/stateless.test.ts`;
const state = "packages/state/src";
const opa = "packages/opa/src";
const wasm = "packages/wasm/src";

/** The table, file by file. */
export const failClosed: readonly FailClosed[] = [
  {
    file: "packages/ai-sdk/src/guard-execute.ts",
    comment: "what stands beside what was decided, nobody has looked at",
    broken: [
      "return rebuildMcpResult(result, decided);",
      "return { ...(result as object), ...rebuildMcpResult(result, decided) };",
    ],
    test: [`${aiSdk}/obligations.test.ts`, "is looked into as a gateway does"],
  },
  {
    file: "packages/ai-sdk/src/guard-execute.ts",
    comment: "a preliminary result that leaves before the decision cannot be taken back",
    broken: [
      "yield await settled(",
      "yield* outputsOf(await execute(input, run.options));\n    yield await settled(",
    ],
    test: [`${aiSdk}/guard-agent.test.ts`, "holds them back where the result is decided"],
  },
  {
    file: "packages/ai-sdk/src/guard-execute.ts",
    comment: "only an allow runs",
    broken: ["if (!admission.decision.allow) throw new PolicyDeniedError(admission.decision);", ""],
    test: [
      `${aiSdk}/guard-agent.test.ts`,
      "denies without toolApproval, and when a tool is called by other code",
    ],
  },
  {
    file: "packages/ai-sdk/src/guard-execute.ts",
    comment: "the last part of a stream is its result once the stream ends, which a withheld one does not",
    broken: ["if (settlement.withheld) throw", "if (false) throw"],
    test: [`${aiSdk}/seen-classes.test.ts`, "a result whose classes the store cannot keep is not handed on"],
  },
  {
    file: "packages/ai-sdk/src/guard-execute.ts",
    comment: "who leaves a stream has had what it said, and what was reserved is charged",
    broken: ["outcome = { result: last };", ""],
    test: [`${aiSdk}/abandoned-stream.test.ts`, "stays charged as it was reserved"],
  },
  {
    file: "packages/ai-sdk/src/guard-execute.ts",
    comment: "it would run with what it cannot be given, or with something else than was decided",
    broken: [
      "throw new PolicyDeniedError(decision);\n}\n\n/** Whether an admitted",
      "return args;\n}\n\n/** Whether an admitted",
    ],
    test: [`${aiSdk}/obligations.test.ts`, "does not run with what its schema would not take"],
  },
  {
    file: "packages/ai-sdk/src/guard-execute.ts",
    comment: "what nobody wants any more, or nobody decided, does not start",
    broken: ["if (!mayStart(run, admission)) await stop(run, admission);", ""],
    test: [`${aiSdk}/before-it-runs.test.ts`, "runs nothing that was changed while the guard decided"],
  },
  {
    file: "packages/ai-sdk/src/guard-execute.ts",
    comment: "nor does a stream of it",
    broken: ["if (!mayStart(run, admission)) await stop(run, admission);", ""],
    test: [
      `${aiSdk}/before-it-runs.test.ts`,
      "does not run when the call is cancelled while the guard decides",
    ],
  },
  {
    file: "packages/ai-sdk/src/guard-execute.ts",
    comment: "what an error says of a result, no rule has looked at",
    broken: ["if (admission.decidesResult) throw", "if (false) throw"],
    test: [
      `${aiSdk}/before-it-runs.test.ts`,
      "tells the model nothing but that it failed, where rules speak about its results",
    ],
  },
  {
    file: "packages/ai-sdk/src/to-policy-client.ts",
    comment: "what the tool returns does not come here, so that nobody could keep it back",
    broken: ["return deny(", "void deny("],
    test: [`${aiSdk}/to-policy-client.test.ts`, "nobody hands it the result of a tool"],
  },
  {
    file: "packages/ai-sdk/src/to-policy-client.ts",
    comment:
      "the SDK would take the same answer for a yes where it goes on with a call, which messages alone tell",
    broken: ["!isGoingOn(readable)", "approvedCalls(readable).length === 0"],
    test: [
      `${aiSdk}/to-policy-client.test.ts`,
      "does not run by an approval that a client has hidden from the policy client",
    ],
  },
  {
    file: "packages/ai-sdk/src/to-policy-client.ts",
    comment: "an approval in the history counts for the requests that it was shown, once, and for no others",
    broken: ["shown.some((one) => one.requests.includes(id))", "true"],
    test: [`${aiSdk}/to-policy-client.test.ts`, "is denied with an approval that was made up"],
  },
  {
    file: "packages/ai-sdk/src/guard-tools.ts",
    comment: "what runs elsewhere is given the arguments of the model, and hands its result on by itself",
    broken: ["{ ...call, fulfils: [] }", "call"],
    test: [`${aiSdk}/approvals.test.ts`, "gets no call that rules would change, as nobody changes it"],
  },
  {
    file: "packages/ai-sdk/src/report-refusals.ts",
    comment: "a refusal that no request takes, as others have granted them all, is one all the same",
    broken: ["if (!isTaken) await guard.deny", "if (false) await guard.deny"],
    test: [`${aiSdk}/approvals.test.ts`, "a call that was refused is recorded so, and costs nothing"],
  },
  {
    file: "packages/ai-sdk/src/tool-caller.ts",
    comment: "what runs in the place of a guarded tool is guarded",
    broken: ["guardBound(bind.call(caller, tools))", "bind.call(caller, tools)"],
    test: [`${aiSdk}/code-mode.test.ts`, "is itself decided"],
  },
  {
    file: "packages/ai-sdk/src/model-call.ts",
    comment: "an answer that is withheld leaves nothing behind",
    broken: [
      "return withheld === undefined ? { ...answer, content } : denialAnswer(call, withheld);",
      "return { ...answer, content };",
    ],
    test: [`${aiSdk}/session-counts.test.ts`, "is not handed on"],
  },
  {
    file: "packages/ai-sdk/src/model-call.ts",
    comment: "an answer that is withheld does not end as one that holds",
    broken: ["if (withheld !== undefined) {", "if (withheld === null) {"],
    test: [`${aiSdk}/session-counts.test.ts`, "ends a stream as one that was denied"],
  },
  {
    file: "packages/ai-sdk/src/model-call.ts",
    comment: "who breaks an answer off has had it all the same, and what was reserved is charged",
    broken: ["void (isSettled || (await end()))", "undefined"],
    test: [`${aiSdk}/guard-model.test.ts`, "in the middle of its answer is charged what it reserved"],
  },
  {
    file: "packages/langchain/src/models/guard-model-call.ts",
    comment: "an answer that is withheld leaves nothing behind",
    broken: ["return denialAnswer(decision);", "return answer;"],
    test: [`${langchain}/session-counts.test.ts`, "an answer of the model that the store cannot count"],
  },
  {
    file: "packages/ai-sdk/src/guard-tools.ts",
    comment: "an approval in the history counts for the requests that it was shown, once, and for no others",
    broken: ["if (approval?.requests.includes(id) === true) await", "await"],
    test: [`${aiSdk}/guard-agent.test.ts`, "does not run again when its signed history is replayed"],
  },
  {
    file: "packages/ai-sdk/src/own-approval.ts",
    comment: "a tool that cannot say whether it needs approval gets none",
    broken: ['return { type: "denied",', 'return "not-applicable";\n    return { type: "denied",'],
    test: [
      `${aiSdk}/guard-agent.test.ts`,
      "denies a call whose tool throws when it is asked whether it needs approval",
    ],
  },
  {
    file: "packages/ai-sdk/src/own-approval.ts",
    comment: "a context that is not the tool's decides nothing in it",
    broken: ["throw read.error;", "return context;"],
    test: [`${aiSdk}/own-approval.test.ts`, "denies the call where its context does not fit its schema"],
  },
  {
    file: "packages/ai-sdk/src/provider-calls.ts",
    comment: "whoever answers the provider's question grants nothing that rules deny, or ask about",
    broken: ["return decision.allow;", 'return decision.effect !== "deny";'],
    test: [`${aiSdk}/provider-run.test.ts`, "reaches people only where rules allow it: wire"],
  },
  {
    file: "packages/ai-sdk/src/model-call.ts",
    comment: "only an allow is sent",
    broken: [
      "if (call.admission?.decision.allow === false) return denialAnswer(call, call.admission.decision);",
      "",
    ],
    test: [`${aiSdk}/guard-model.test.ts`, "is not made for somebody who is not identified"],
  },
  {
    file: "packages/ai-sdk/src/model-call.ts",
    comment: "nor streamed",
    broken: [
      "if (call.admission?.decision.allow === false) return denialStream(call, call.admission.decision);",
      "",
    ],
    test: [`${aiSdk}/guard-model.test.ts`, "that rules deny ends a stream in the same way"],
  },
  {
    file: "packages/authzen/src/authzen-handler.ts",
    comment: "who has not proven who they are asks nothing",
    broken: [
      'throw new HttpProblem(401, "The caller is not known.", { "www-authenticate": "Bearer" });',
      'return { id: "anybody", speaksFor: "subjects" };',
    ],
    test: ["packages/authzen/src/authzen-handler.test.ts", "of nobody who is known is answered with 401"],
  },
  {
    file: "packages/authzen/src/authzen-handler.ts",
    comment: "a question that cannot be read is not allowed",
    broken: ["return { decision: false,", "return { decision: true,"],
    test: ["packages/cli/src/serve/authzen-certification.test.ts", "3.4.1 is answered with"],
  },
  {
    file: "packages/authzen/src/bearer-keys.ts",
    comment: "whoever sends the key would be the one or the other, and perhaps of another tenant",
    broken: ["if (other !== undefined) throw sameKey(other, caller);", ""],
    test: ["packages/authzen/src/authzen-handler.test.ts", "two callers do not have the same key"],
  },
  {
    file: "packages/authzen/src/bearer-keys.ts",
    comment: "whom nobody knows asks nothing",
    broken: [
      'if (caller === undefined) throw new Error("no caller has this key");',
      'if (caller === undefined) return { id: "anybody", speaksFor: "subjects" };',
    ],
    test: ["packages/authzen/src/authzen-handler.test.ts", "of nobody who is known is answered with 401"],
  },
  {
    file: "packages/authzen/src/caller.ts",
    comment: "a caller that only speaks for itself is not believed to be anybody else",
    broken: [
      'if (!isItself) throw new Error("the caller does not speak for this subject");',
      "if (!isItself) return verified(subjectOf(subject, caller));",
    ],
    test: ["packages/authzen/src/authzen-handler.test.ts", "must be the caller itself, of any other"],
  },
  {
    file: "packages/authzen/src/caller.ts",
    comment: "what kind of subject this is, nobody has said",
    broken: ['if (type !== "user") throw new Error("the subject is neither a user nor an agent");', ""],
    test: ["packages/authzen/src/authzen-handler.test.ts", "that is none denies"],
  },
  {
    file: "packages/authzen/src/decide.ts",
    comment: "what the tool returns does not come back here, so that nobody could keep it back",
    broken: ["return tell(await guard.decide(call));", "void (await guard.decide(call));"],
    test: [
      "packages/authzen/src/authzen-handler.test.ts",
      "is denied, since nothing comes back that could be kept",
    ],
  },
  {
    file: "packages/authzen/src/answer-request.ts",
    comment: "who asks for calls does not grant them as well, unless somebody has said so",
    broken: ["if (caller.mayAnswer !== true)", "if (caller.mayAnswer === false)"],
    test: ["packages/authzen/src/authzen-handler.test.ts", "through a caller that asks for calls"],
  },
  {
    file: "packages/authzen/src/reading.ts",
    comment: "what a caller says in another form than it is read in is refused, and not taken for unsaid",
    broken: ["return value === undefined ?", 'return typeof value !== "string" ?'],
    test: ["packages/authzen/src/authzen-handler.test.ts", "that says something known in another form"],
  },
  {
    file: "packages/authzen/src/reading.ts",
    comment: "what is not whole is not read in part",
    broken: [
      "if (error instanceof Unreadable) return { ok: false, problem: error.message };",
      "if (error instanceof Unreadable) return { ok: true, value: {} as TValue };",
    ],
    test: ["packages/cli/src/serve/authzen-certification.test.ts", "is answered with 400"],
  },
  {
    file: "packages/core/src/doors/is-welcome.ts",
    comment: "a name that is not ours was made to point here",
    broken: ["if (!hosts.includes(hostOf(url))) return false;", ""],
    test: ["packages/core/src/doors/is-welcome.test.ts", "a request without a host"],
  },
  {
    file: "packages/core/src/doors/is-welcome.ts",
    comment: "where a browser sends it, the page must be one of ours",
    broken: [
      "return origin === null || origin === undefined || hosts.includes(hostOf(origin));",
      "return true;",
    ],
    test: ["packages/core/src/doors/is-welcome.test.ts", "a request without a host"],
  },
  {
    file: "packages/authzen/src/read-json.ts",
    comment: "a caller does not fill the memory, whatever length it has announced",
    broken: ["if (size > maxBytes) throw", "if (size > 64 * maxBytes) throw"],
    test: ["packages/authzen/src/authzen-handler.test.ts", "that is too large is answered with 413"],
  },
  {
    file: "packages/cli/src/serve/authzen-callers.ts",
    comment: "who is known neither way is not known",
    broken: [
      "if (byToken === undefined) throw cause;",
      'if (byToken === undefined) return { id: String(cause), speaksFor: "subjects" };',
    ],
    test: ["packages/cli/src/serve/serve-authzen.test.ts", "answers nobody whom it does not know"],
  },
  {
    file: "packages/cli/src/serve/serve-handler.ts",
    comment: "what cannot be written as a request is not asked",
    broken: [
      'new Response("The request cannot be read.", { status: 400 })',
      'await handler(new Request("http://localhost/.well-known/authzen-configuration"))',
    ],
    test: ["packages/cli/src/serve/serve-authzen.test.ts", "refuses what is no request"],
  },
  {
    file: "packages/bundles/src/read-release.ts",
    comment: "a release that was good once need not be any more",
    broken: [
      "if (digests?.includes(release.info.digest) === false) throw notNamed(release.info.digest);",
      "",
    ],
    test: ["packages/forego/src/load-guard.test.ts", "loads one of those, and no other"],
  },
  {
    file: "packages/bundles/src/read-release.ts",
    comment: "a file that the index does not name, or names otherwise, makes the release none",
    broken: [
      "if (expected !== digestBytes(content))",
      "if (expected !== undefined && expected !== digestBytes(content))",
    ],
    test: ["packages/bundles/src/read-release.test.ts", "that it does not name"],
  },
  {
    file: "packages/bundles/src/archive-signature.ts",
    comment: "a signature that holds for a scope only is none here, where no scope is asked for",
    broken: ['scope: z.literal("").optional(),', "scope: z.string().optional(),"],
    test: ["packages/bundles/src/sign-release.test.ts", "holds in a scope only"],
  },
  {
    file: "packages/bundles/src/archive-signature.ts",
    comment: "who names keys takes nothing that nobody signed",
    broken: ['if (file === undefined) throw refused("nobody signed it");', "if (file === undefined) return;"],
    test: ["packages/bundles/src/sign-release.test.ts", "without its signature is refused"],
  },
  {
    file: "packages/bundles/src/archive-signature.ts",
    comment: "a signature by a key that is not trusted says nothing",
    broken: ['throw refused("its signature was not made with a key that is trusted");', "return;"],
    test: ["packages/bundles/src/sign-release.test.ts", "is refused by whoever trusts others"],
  },
  {
    file: "packages/bundles/src/archive-signature.ts",
    comment: "a file that was added or changed after the signature makes all of it untrusted",
    broken: [
      "if (hashes.get(name) !== hashOf(bytes))",
      "if (hashes.has(name) && hashes.get(name) !== hashOf(bytes))",
    ],
    test: ["packages/bundles/src/sign-release.test.ts", "with a file more is refused"],
  },
  {
    file: "packages/bundles/src/signature-key.ts",
    comment: "a list of keys that came out empty trusts nobody",
    broken: ["if (pems.length === 0)", "if (pems.length < 0)"],
    test: ["packages/bundles/src/sign-release.test.ts", "is refused by whoever trusts others, or nobody"],
  },
  {
    file: "packages/bundles/src/release-archives.ts",
    comment: "what is not of the release is neither signed as part of it, nor said to be",
    broken: ["if (!names.includes(name) || !isOf(release, parts, name, files)) throw notOf(path);", ""],
    test: [
      "packages/bundles/src/sign-release.test.ts",
      "are not signed beside a release that they are not of",
    ],
  },
  {
    file: "packages/forego/src/load-engine.ts",
    comment: "a signature that nobody verifies protects nobody",
    broken: ["if (release.isSigned && trust.keys === undefined) throw notVerified(dir);", ""],
    test: ["packages/forego/src/load-guard.test.ts", "by nobody who names another or none"],
  },
  {
    file: "packages/cli/src/releases/eval.ts",
    comment: "what does not parse is decided, as an input that is none",
    broken: ["pieces.map((piece) =>", "pieces.filter(({ ok }) => ok).map((piece) =>"],
    test: ["packages/cli/src/releases/eval.test.ts", "decides a line that is malformed"],
  },
  {
    file: "packages/core/src/flow/call-flow.ts",
    comment: "what runs twice at once takes from the limits twice",
    broken: ["return known.run === run ? final : yield* admitAnew(pending);", "return final;"],
    test: [`${core}/flow/clear-call.test.ts`, "for each run of a call that goes on beside another"],
  },
  {
    file: "packages/core/src/flow/judged-call.ts",
    comment: "another release may say otherwise",
    broken: ["if (setup.engine !== judged.engine) return false;", ""],
    test: [`${core}/flow/judged-call.test.ts`, "is decided by the release that decides by then, at once"],
  },
  {
    file: "packages/core/src/flow/judged-call.ts",
    comment: "what has been allowed stays so only as long as it would be",
    broken: [
      "return !isTrouble(decided) && sameJson(decided as unknown as Json, judged.decided as unknown as Json);",
      "return !isTrouble(decided);",
    ],
    test: [`${core}/flow/judged-call.test.ts`, "is denied once its rules deny it"],
  },
  {
    file: "packages/core/src/evaluation/join-server.ts",
    comment: "a release that denies for what none of its rules says is not taken to have said nothing",
    broken: ["if (deniesItself(decided, server.rules)) {", "if (decided === undefined) {"],
    test: [`${core}/swap-release.test.ts`, "denies where it denies for what none of its rules says"],
  },
  {
    file: "packages/cli/src/serve/authzen-config.ts",
    comment: "somebody whom one caller knows with an issuer, and another without, would be two people",
    broken: ["size < 2", "size < 3"],
    test: ["packages/cli/src/serve/serve-authzen.test.ts", "in which the same person would be two"],
  },
  {
    file: "packages/cli/src/serve/serve-config.ts",
    comment: "who takes signed releases only takes no other by way of a server",
    broken: ["return bundle === undefined || keys !== undefined;", "return true;"],
    test: ["packages/cli/src/releases/sign.test.ts", "serves no release, and none of a server"],
  },
  {
    file: "packages/bundles/src/signature-key.ts",
    comment: "of a chain of certificates, the first is not the only one, and the others sign no releases",
    broken: [
      'throw unusable("Several keys were given as one"',
      'if (pem === "") throw unusable("Several keys were given as one"',
    ],
    test: ["packages/bundles/src/sign-release.test.ts", "with another one behind it"],
  },
  {
    file: "packages/core/src/approvals/approval-flow.ts",
    comment: "nobody answers for another tenant",
    broken: ["if (by.tenant.id !== request.tenant) return false;", ""],
    test: [
      `${core}/approvals/approval-flow.test.ts`,
      "of another tenant's namesake to a confirmation is not taken",
    ],
  },
  {
    file: "packages/core/src/approvals/approval-flow.ts",
    comment: "an approval is a person's; an agent without one approves nothing, itself least of all",
    broken: ["if (by.user === undefined) return false;", "if (by.user === undefined) return isRequester;"],
    test: [
      `${core}/approvals/approval-flow.test.ts`,
      "lets nobody confirm for an agent that nobody sits before",
    ],
  },
  {
    file: "packages/core/src/approvals/approval-flow.ts",
    comment: "a second pair of eyes is not the first, which it may be where one issuer is not known",
    broken: ["if (request.from.not_requester && mayBeRequester(request, by.user)) return false;", ""],
    test: [
      `${core}/approvals/approval-flow.test.ts`,
      "of the requester, though of the group to a review is not taken",
    ],
  },
  {
    file: "packages/core/src/approvals/approval-flow.ts",
    comment: "namesakes of two issuers count once, as some doors tell no issuer of the same person",
    broken: ["[tenant.id, user?.id ?? null]", "[tenant.id, user?.issuer ?? null, user?.id ?? null]"],
    test: [`${core}/approvals/approval-quorum.test.ts`, "does not run by namesakes, who may be one person"],
  },
  {
    file: "packages/core/src/approvals/approval-flow.ts",
    comment: "what could not be kept counts for nothing; what the store says is not for whoever answers",
    broken: ['return told({ accepted: false, problem: "unavailable" });', "return { accepted: true };"],
    test: [`${core}/approvals/approval-flow.test.ts`, "counts for nothing where the store fails to answer"],
  },
  {
    file: "packages/core/src/flow/made-call.ts",
    comment: "no rule is asked about what a server's resource holds, or a model answers",
    broken: ['if (phase !== "tool_call") return true;', ""],
    test: [`${core}/flow/made-call.test.ts`, "denies in the phase mcp_resource_read"],
  },
  {
    file: "packages/core/src/flow/clear-call.ts",
    comment: "what the tool returns does not come back here, so that nobody could keep it back",
    broken: ["if (decidesResultOf(prepared))", "if (false)"],
    test: ["packages/ai-sdk/src/to-policy-client.test.ts", "denies what it cannot do"],
  },
  {
    file: "packages/core/src/approvals/approval-flow.ts",
    comment: "one that cannot be kept again has served, and people are asked again",
    broken: ["Promise.allSettled(", "Promise.all("],
    test: [`${core}/approvals/approval-flow.test.ts`, "is asked for again where the store throws"],
  },
  {
    file: "packages/core/src/ports/approval-store.ts",
    comment: "an expired approval is none",
    broken: ["entry.request.expiresAt <= now()", "entry.request.expiresAt < now()"],
    test: [`${core}/approvals/approval-flow.test.ts`, "expires, and so does the request"],
  },
  {
    file: "packages/core/src/ports/approval-store.ts",
    comment: "the first answer stands",
    broken: [
      'if (entry?.state !== "pending") return "not_open";',
      'if (entry === undefined) return "not_open";',
    ],
    test: [`${core}/approvals/approval-flow.test.ts`, "is taken once"],
  },
  {
    file: "packages/core/src/ports/approval-store.ts",
    comment: "an approval serves one admission",
    broken: ["drop(entry);", ""],
    test: [`${core}/approvals/approval-flow.test.ts`, "serves one admission: the same call asks again"],
  },
  {
    file: "packages/core/src/ports/approval-store.ts",
    comment: "a quorum is of different people",
    broken: ['if (granted && entry.grantedBy.has(by)) return "granted_before";', ""],
    test: [`${core}/ports/approval-store.test.ts`, "are granted by as many different people as are needed"],
  },
  {
    file: "packages/core/src/ports/approval-store.ts",
    comment: "one refusal is enough, and one grant may not be",
    broken: ["else if (entry.grantedBy.size >= grantsNeeded(entry.request))", "else"],
    test: [
      `${core}/approvals/approval-quorum.test.ts`,
      "runs when as many people as the rule says have granted",
    ],
  },
  {
    file: "packages/core/src/approvals/break-glass.ts",
    comment: "nobody would know who has given it, to whom and why",
    broken: ["if (!isWhole)", "if (false)"],
    test: [`${state}/grants.test.ts`, "are refused with no reason"],
  },
  {
    file: "packages/core/src/approvals/break-glass.ts",
    comment: "a grant that never ends is a rule that nobody has reviewed",
    broken: ["if (!Number.isSafeInteger(expiresAt) || expiresAt > 8.64e15)", "if (false)"],
    test: [`${state}/grants.test.ts`, "are refused with an end beyond all dates"],
  },
  {
    file: "packages/core/src/evaluation/judge-call.ts",
    comment: "that a fact may be absent does not say what to make of one that nobody could tell",
    broken: ["if (missed.length > 0)", "if (missed.length > 9)"],
    test: [
      `${core}/evaluation/missed-facts.test.ts`,
      "denies where the provider of a fact fails that may be absent",
    ],
  },
  {
    file: "packages/core/src/evaluation/judge-call.ts",
    comment: "an evaluation that returns late is a deny",
    broken: ['return failed("forego.deadline",', "return evaluation; void ("],
    test: [`${core}/steps/steps.test.ts`, "denies an evaluation in process that returns late"],
  },
  {
    file: "packages/core/src/flow/call-flow.ts",
    comment: "a deny that stands is not replaced by what comes out later",
    broken: ["if (entry.final?.decision.allow === false) {", "if (entry.decisionId === undefined) {"],
    test: [`${core}/guard.test.ts`, "a hook that gives up waiting makes the call a deny for every hook"],
  },
  {
    file: "packages/core/src/flow/clear-call.ts",
    comment: "a call that cannot be made as its rules want it is not made",
    broken: ['"made" in made ? made.evaluation : made', '"made" in made ? made.evaluation : evaluation'],
    test: [`${core}/flow/clear-call.test.ts`, "denies where the adapter cannot change calls"],
  },
  {
    file: "packages/core/src/flow/call-flow.ts",
    comment: "one refusal is enough; it answers this call and not the next",
    broken: ["yield* takeRefusals(setup, refused);", ""],
    test: [`${core}/approvals/approval-flow.test.ts`, "that was refused denies the call once"],
  },
  {
    file: "packages/core/src/flow/call-flow.ts",
    comment: "what has not been granted, or was used up meanwhile, is asked",
    broken: [
      "return standOnce(pending, { evaluation }, requests);",
      "return standOnce(pending, { evaluation: again }, requests);",
    ],
    test: [
      `${core}/approvals/approval-flow.test.ts`,
      "serves one of fifty different calls with the same arguments",
    ],
  },
  {
    file: "packages/core/src/flow/call-flow.ts",
    comment: "work that broke off has not decided",
    broken: [
      "return how(pending, { evaluation: { projected: undefined, decided: trouble } });",
      "throw cause;",
    ],
    test: [`${core}/approvals/approval-flow.test.ts`, "that cannot be looked up denies"],
  },
  {
    file: "packages/core/src/flow/settle-flow.ts",
    comment: "nothing was admitted, so there is nothing to use",
    broken: ["if (!admission.decision.allow) return { withheld: true };", ""],
    test: [`${core}/flow/call-flow.test.ts`, "gives nothing free after a deny"],
  },
  {
    file: "packages/core/src/flow/settle-flow.ts",
    comment: "a call that runs again returns something else, which is decided for itself",
    broken: ["const key = outcomeKey(prepared, outcome);", 'const key = "outcome";'],
    test: [`${core}/flow/call-flow.test.ts`, "decides what a retry returns, after the first attempt failed"],
  },
  {
    file: "packages/core/src/input/prepare-call.ts",
    comment: "what nobody has classified belongs to a class that nobody is cleared for",
    broken: ["return [unclassified];", "return [];"],
    test: [
      `${core}/input/prepare-call.test.ts`,
      "deny a tool named constructor, which nobody has classified",
    ],
  },
  {
    file: "packages/core/src/setup/classify.ts",
    comment: "that the arguments were looked at says nothing of what came back",
    broken: ["return union(ofCall, [unclassified]);", "return ofCall;"],
    test: [`${core}/setup/classify.test.ts`, "are needed where only arguments are classified"],
  },
  {
    file: "packages/core/src/setup/classify.ts",
    comment: "where a classifier has not found out what is there, all that it looks for may be",
    broken: ["return [...classes, unclassified];", "return [];"],
    test: [`${core}/setup/classify.test.ts`, "take all that they look for to be there when one throws"],
  },
  {
    file: "packages/core/src/setup/seen-classes.ts",
    comment: "a conversation that may have been forgotten has seen nobody knows what",
    broken: ["return now() < forgetfulUntil ? [unclassified] : [];", "return [];"],
    test: [
      `${core}/setup/seen-classes.test.ts`,
      "is unclassified where it may have been forgotten for others",
    ],
  },
  {
    file: "packages/core/src/flow/settle-call.ts",
    comment: "a conversation that cannot be told what it has seen does not get to see it",
    broken: [
      'const decided = troubleOf(cause, "forego.engine_error");',
      'return all;\n    const decided = troubleOf(cause, "forego.engine_error");',
    ],
    test: [`${core}/setup/classify.test.ts`, "withhold a result whose classes cannot be remembered"],
  },
  {
    file: "packages/core/src/flow/settle-call.ts",
    comment: "a result that cannot be read may hold all that is looked for",
    broken: ["return yield* setup.classify.result(call.tool, undefined, ofCall);", "return ofCall;"],
    test: [
      `${core}/setup/classify.test.ts`,
      "take a result for all that they look for that is too large to read",
    ],
  },
  {
    file: "packages/core/src/flow/settle-call.ts",
    comment: "an answer that cannot be counted is not handed on",
    broken: [
      'return { projected: undefined, decided: troubleOf(cause, "forego.engine_error") };',
      "return undefined;",
    ],
    test: [`${core}/setup/classify.test.ts`, "does not hand on an answer that cannot be counted"],
  },
  {
    file: "packages/core/src/setup/classify.ts",
    comment: "a classifier that failed has not classified",
    broken: ["return [unclassified];", "return [];"],
    test: [`${core}/input/prepare-call.test.ts`, "makes the call unclassified when the classifier throws"],
  },
  {
    file: "packages/core/src/evaluation/read-engine-output.ts",
    comment: "an answer of another shape is no answer",
    broken: ["if (!effects.has(effect) || ", "if ("],
    test: [`${core}/evaluation/read-engine-output.test.ts`, "takes an unknown effect for no answer"],
  },
  {
    file: "packages/core/src/evaluation/read-engine-output.ts",
    comment: "an answer about rules of another release is no answer",
    broken: ["if (matched.length !== hits.length || broken.length !== invalid.length) return undefined;", ""],
    test: [`${core}/evaluation/read-engine-output.test.ts`, "of another release for no answer"],
  },
  {
    file: "packages/core/src/evaluation/read-engine-output.ts",
    comment: "an answer that contradicts itself is no answer",
    broken: [
      "if (!agrees(output, active, broken, granted) || !owesAll(output, owed)) return undefined;",
      "return output;",
    ],
    test: [`${core}/evaluation/read-engine-output.test.ts`, "takes an allow beside a deny for no answer"],
  },
  {
    file: "packages/core/src/evaluation/evaluate-input.ts",
    comment: "an input over the bounds is not read in part",
    broken: [
      'if (!snapshot.ok) return { trouble: "forego.invalid_input", cause: snapshot.problem };',
      "if (!snapshot.ok) return inputSchema.parse(raw);",
    ],
    test: [`${core}/evaluation/evaluate-input.test.ts`, "takes a text too long for trouble"],
  },
  {
    file: "packages/core/src/evaluation/evaluate-input.ts",
    comment: "an unreadable answer is a deny",
    broken: [
      "if (output === undefined) return { projected, decided: unreadable };",
      "if (output === undefined) return { projected, decided: answer as EngineOutput };",
    ],
    test: [`${core}/flow/call-flow.test.ts`, "answers { allow: true } denies every kind of asking"],
  },
  {
    file: "packages/core/src/evaluation/evaluate-input.ts",
    comment: "an engine that failed has not decided",
    broken: ['return { projected, decided: troubleOf(cause, "forego.engine_error") };', "throw cause;"],
    test: [`${core}/flow/call-flow.test.ts`, "throws denies every kind of asking"],
  },
  {
    file: "packages/core/src/input/fetch-facts.ts",
    comment: "the fact stays absent, and the rules that read it are invalid",
    broken: ["failures.push({ fact: name, cause });", "facts[name] = 0;"],
    test: ["test/failures/failures.test.ts", "the provider of a fact throws"],
  },
  {
    file: "packages/core/src/ports/identity.ts",
    comment: "keys begin with these, and what is missing would be the same for everybody",
    broken: ['if (value === "") throw new TypeError("an id of an identity is empty");', ""],
    test: [`${core}/ports/identity.test.ts`, "throws for an empty tenant"],
  },
  {
    file: "packages/core/src/ports/identity.ts",
    comment: "a claim that is not there must not be believed",
    broken: ['throw new TypeError("what an identity says of itself is texts");', "return String(value);"],
    test: [`${core}/ports/identity.test.ts`, "throws for a user without an id"],
  },
  {
    file: "packages/core/src/json/json-snapshot.ts",
    comment: "what is too large to check is not checked in part",
    broken: ["if (size > limits.maxSize)", "if (size > limits.maxSize * 2)"],
    test: [
      `${core}/json/json-snapshot.test.ts`,
      "counts 8 for a value, and the characters of texts and names",
    ],
  },
  {
    file: "packages/core/src/json/json-snapshot.ts",
    comment: "engines read a lone surrogate differently, and one of them aborts on it",
    broken: ['if (!value.isWellFormed()) throw new Refused("a string that is not well-formed Unicode");', ""],
    test: [`${core}/input/prepare-call.test.ts`, "with a lone surrogate are denied"],
  },
  {
    file: "packages/core/src/json/json-snapshot.ts",
    comment: "JSON has no such number, and null in its place would be another value",
    broken: ['if (!Number.isFinite(value)) throw new Refused("a number that is not finite");', ""],
    test: [`${core}/input/prepare-call.test.ts`, "with NaN are denied"],
  },
  {
    file: "packages/core/src/json/json-snapshot.ts",
    comment: "too deep to check",
    broken: ["if (depth >= limits.maxDepth)", "if (depth > limits.maxDepth)"],
    test: [`${core}/input/prepare-call.test.ts`, "65 deep are denied"],
  },
  {
    file: "packages/core/src/json/json-snapshot.ts",
    comment: "a getter or proxy that throws leaves the value unchecked",
    broken: [
      "return {\n      ok: false,",
      "if (!(error instanceof Refused)) return { ok: true, value: {}, size };\n    return {\n      ok: false,",
    ],
    test: [`${core}/input/prepare-call.test.ts`, "with a getter that throws are denied"],
  },
  {
    file: "packages/core/src/guard.ts",
    comment: "what could not be found out in time shows nothing",
    broken: ["return hideAll(", "return { tools: offered.tools, hidden: [] };\n        return hideAll("],
    test: [`${core}/flow/offer-tools.test.ts`, "and none where nobody answers in time"],
  },
  {
    file: "packages/core/src/flow/offer-tools.ts",
    comment: "who cannot be identified is shown nothing",
    broken: [
      'if ("trouble" in identity) return',
      'if ("trouble" in identity) return { tools: names, hidden: [] };\n  if ("trouble" in identity) return',
    ],
    test: [`${core}/flow/offer-tools.test.ts`, "ask who calls once, however many tools there are"],
  },
  {
    file: "packages/core/src/flow/offer-tools.ts",
    comment: "a tool that cannot be decided is not shown",
    broken: ["return [ready.trouble];", "return [];"],
    test: [`${core}/flow/offer-tools.test.ts`, "leave out names that no engine could read"],
  },
  {
    file: "packages/core/src/flow/offer-tools.ts",
    comment: "nor is one that was not decided",
    broken: ["return [decided.trouble];", "return [];"],
    test: [`${core}/flow/offer-tools.test.ts`, "are none where the engine fails"],
  },
  {
    file: "packages/core/src/input/prepare-call.ts",
    comment: "names that engines would read differently are not looked at",
    broken: ["if (!hasReadableNames(call, phase)) {", "if (call.tool === null) {"],
    test: [`${core}/input/prepare-call.test.ts`, "deny a tool with a lone surrogate"],
  },
  {
    file: "packages/core/src/input/prepare-call.ts",
    comment: "arguments that cannot be checked are not looked at",
    broken: ["if (!snapshot.ok || !isRecord(args)) {", "if (!isRecord(args) && args !== null) {"],
    test: [`${core}/input/prepare-call.test.ts`, "with a bigint are denied"],
  },
  {
    file: "packages/core/src/input/prepare-call.ts",
    comment: "a call whose circumstances cannot be found out is not decided",
    broken: ['return { ...base, identity, ready: troubleOf(cause, "forego.engine_error") };', "throw cause;"],
    test: [`${core}/input/prepare-call.test.ts`, "denies with an environment that throws"],
  },
  {
    file: "packages/core/src/input/prepare-call.ts",
    comment: "what somebody still finds out is not the same as nothing known",
    broken: [`throw new TypeError("the option 'environment' answers with a promise");`, "return {};"],
    test: [`${core}/input/prepare-call.test.ts`, "denies with an environment that comes later"],
  },
  {
    file: "packages/core/src/input/prepare-call.ts",
    comment: "a result that cannot be checked is withheld",
    broken: [
      'if (!snapshot.ok) return { ...base, ready: { trouble: "forego.invalid_input", cause: snapshot.problem } };',
      "if (!snapshot.ok) return base;",
    ],
    test: [`${core}/flow/call-flow.test.ts`, "withholds a result that is too large"],
  },
  {
    file: "packages/core/src/input/prepare-call.ts",
    comment: "as for calls; the result is withheld",
    broken: ['return { ...base, ready: troubleOf(cause, "forego.engine_error") };', "throw cause;"],
    test: [`${core}/flow/call-flow.test.ts`, "withholds a result when a fact comes too late"],
  },
  {
    file: "packages/core/src/input/prepare-call.ts",
    comment: "only what the application has marked as verified is an identity",
    broken: [
      'return { trouble: "forego.identity", cause: "identify() must answer with verified(...)" };',
      "return identity as VerifiedIdentity;",
    ],
    test: [`${core}/input/prepare-call.test.ts`, "answers JSON of an identity denies the call"],
  },
  {
    file: "packages/core/src/input/prepare-call.ts",
    comment: "who cannot be identified gets nothing",
    broken: ['return troubleOf(cause, "forego.identity");', "return verified();"],
    test: [`${core}/input/prepare-call.test.ts`, "that throws denies the call"],
  },
  {
    file: "packages/core/src/input/prepare-call.ts",
    comment: "classes that cannot be read are not the same as none",
    broken: [
      'if (!Array.isArray(classes)) throw new TypeError("session.dataClassesSeen is not a list");',
      "",
    ],
    test: [`${core}/input/prepare-call.test.ts`, "denies with a session that is classes that are one text"],
  },
  {
    file: "packages/core/src/release/read-set.ts",
    comment: "a list over its maximum stays over it, and the rules that read it are invalid",
    broken: ["value.slice(0, max + 1)", "value.slice(0, max)"],
    test: [`${wasm}/worst-case.test.ts`, "an optional list that is too long"],
  },
  {
    file: "packages/core/src/release/read-set.ts",
    comment: "as for lists",
    broken: [".slice(0, max + 1)", ".slice(0, max)"],
    test: [`${wasm}/worst-case.test.ts`, "a record that is too long"],
  },
  {
    file: "packages/core/src/input/complete-session.ts",
    comment: "what nobody has counted is absent, and not none; the guard itself counts tool calls",
    broken: ["turns || undefined", "turns"],
    test: [`${core}/input/complete-session.test.ts`, "leaves a count absent that nobody keeps"],
  },
  {
    file: "packages/core/src/steps/steps.ts",
    comment: "the synchronous path never starts what it cannot finish",
    broken: ["step = steps.throw(", "step = steps.next("],
    test: [`${core}/steps/steps.test.ts`, "denies for an identity that is looked up"],
  },
  {
    file: "packages/core/src/steps/steps.ts",
    comment: "what comes after the deadline does not count",
    broken: [
      'resolve({ ok: false, error: new Interrupted("forego.deadline", "the deadline passed") });',
      "resolve({ ok: true, value: undefined });",
    ],
    test: [`${core}/steps/steps.test.ts`, "denies a call that waits for an identity that never comes"],
  },
  {
    file: "packages/compiler/src/frontend/keep-reads.ts",
    comment: "JavaScript throws where what it looks into is missing, and the rule must be invalid",
    broken: ["return unread.reduce(", "return [].reduce("],
    test: ["packages/compiler/src/analysis/read-analysis.test.ts", "exactly what their predicates use"],
  },
  {
    file: "packages/compiler/src/lower/lower-pattern.ts",
    comment: "what matches nothing asks for more than any text has, and not for nothing",
    broken: [
      'if (only === undefined) return [compare(text, "==", emptySet)];',
      "if (only === undefined) return [];",
    ],
    test: ["packages/compiler/src/compile.test.ts", "a pattern that matches nothing lets no text pass"],
  },
  {
    file: "packages/compiler/src/terms/effect-terms.ts",
    comment: "a path that leads to nothing would let the value go out",
    broken: ["return misled === undefined ? path :", "return true ? path :"],
    test: ["packages/compiler/src/diagnostics/diagnostics.test.ts", "told for FG1026.schema as written"],
  },
  {
    file: "packages/ir/src/check-input.ts",
    comment: "texts come from callers, and nothing can stop a match that is under way",
    broken: ["if (unique.some(({ shape }) => re2PatternsOf(shape).length > 0)) return () => undefined;", ""],
    test: ["packages/ir/src/check-input.test.ts", "is left to an engine that knows RE2"],
  },
  {
    file: "packages/ir/src/evaluate/resolve.ts",
    comment: "a phase that nobody has defined is not decided",
    broken: ['return deny(["forego.invalid_input"]);', 'return { effect: "allow", reasons: [] };'],
    test: ["packages/forego/src/load-guard.test.ts", "gives engines that answer the same"],
  },
  {
    file: "packages/ir/src/evaluate/evaluate-expression.ts",
    comment: 'what OPA was not asked is no "no"',
    broken: ["throw new Error(`only OPA", "return new Error(`only OPA"],
    test: [
      "packages/ir/src/evaluate/evaluate-release.test.ts",
      "is not taken for false where nobody has asked OPA",
    ],
  },
  {
    file: "packages/forego/src/load-engine.ts",
    comment: "what this engine cannot ask must not count as no match",
    broken: ["throw new ForegoError(", "void new ForegoError("],
    test: [
      "packages/forego/src/load-guard.test.ts",
      "does not let the engine of the intermediate form decide",
    ],
  },
  {
    file: "packages/ir/src/evaluate/resolve.ts",
    comment: "a rule that restricts, and cannot be checked, denies",
    broken: ["return deny([...denies", "if (denies.length > 0) return deny([...denies"],
    test: ["packages/forego/src/load-guard.test.ts", "gives engines that answer the same"],
  },
  {
    file: "packages/ir/src/evaluate/resolve.ts",
    comment: "what no rule allows is denied",
    broken: ['return deny(["forego.no_matching_allow"]);', 'return { effect: "allow", reasons: [] };'],
    test: ["packages/forego/src/load-guard.test.ts", "gives engines that answer the same"],
  },
  {
    file: "packages/langchain/src/approvals/ask-people.ts",
    comment: "an answer is about the requests that were shown; one that comes in again finds others",
    broken: ["if (!requests.every(({ id }) => shown.includes(id))) return false;", ""],
    test: [
      `${langchain}/forego-middleware.test.ts`,
      "does not run again when the run is resumed again from where it waited",
    ],
  },
  {
    file: "packages/langchain/src/approvals/ask-people.ts",
    comment: "only a plain approval grants; an edited call is another call",
    broken: ['answer?.type === "approve"', 'answer?.type === "approve" || answer?.type === "edit"'],
    test: [`${langchain}/forego-middleware.test.ts`, "is not granted by an answer of type edit"],
  },
  {
    file: "packages/langchain/src/approvals/ask-people.ts",
    comment: "what is no answer lets nothing run that others have granted",
    broken: ["isRefused: requests.length === 0", "isRefused: false"],
    test: [`${langchain}/approvals/ask-people.test.ts`, "is not run by an answer that is no approval"],
  },
  {
    file: "packages/langchain/src/approvals/ask-people.ts",
    comment: "where all calls of a turn are one task, a resumed run would run those again that have run",
    broken: ["if (!isTaskOfOneCall()) return undefined;", ""],
    test: [
      `${langchain}/forego-middleware.test.ts`,
      "is not asked about where all calls of a turn are one task",
    ],
  },
  {
    file: "packages/langchain/src/approvals/ask-people.ts",
    comment: "nobody can be asked here, so nothing is granted",
    broken: [
      "return undefined;",
      'return { answers: { decisions: asked.map(() => ({ type: "approve" })) } };',
    ],
    test: [`${langchain}/forego-middleware.test.ts`, "is denied where nobody can be asked"],
  },
  {
    file: "packages/langchain/src/approvals/ask-people.ts",
    comment: "one answer a call, in their order; a single answer for several calls answers none",
    broken: ["&& decisions.length === count", ""],
    test: [`${langchain}/forego-middleware.test.ts`, "is not granted by a single answer for several calls"],
  },
  {
    file: "packages/langchain/src/forego-middleware.ts",
    comment: "only an allow runs",
    broken: [
      "if (!admission.decision.allow) return denialMessage(toolCall, admission.decision, answer?.remark);",
      "",
    ],
    test: [
      `${langchain}/forego-middleware.test.ts`,
      "tells the model why a call is denied, and runs its sibling",
    ],
  },
  {
    file: "packages/langchain/src/forego-middleware.ts",
    comment: "a call that changed after its decision has not been decided",
    broken: ['return deny("no gate admitted it as it came to the seal");', "return handler(request);"],
    test: [
      `${langchain}/forego-middleware.test.ts`,
      "denies a call whose arguments a middleware changed after the decision",
    ],
  },
  {
    file: "packages/langchain/src/approvals/match-answer.ts",
    comment: "nobody knows which of several questions was answered, and what was not shown was not answered",
    broken: ["if (shown.length === 0 || !shown.every(isSame))", "if (false)"],
    test: [`${langchain}/approvals/match-answer.test.ts`, "grants nothing where several agents wait"],
  },
  {
    file: "packages/langchain/src/tools/block-unguarded-tools.ts",
    comment: "a tool that nobody has put a guard before does not start",
    broken: ["if (!spendPermit()) return", "spendPermit();\n    if (this.name === undefined) return"],
    test: [`${langchain}/tools/guard-tool.test.ts`, "keeps a tool from running that no guard stands before"],
  },
  {
    file: "packages/langchain/src/models/guard-model-call.ts",
    comment: "what was streamed until the run was aborted has been seen, and nobody says what it used",
    broken: ["request.runtime.signal?.aborted === true ? { result: null } : { error }", "{ error }"],
    test: [`${langchain}/models/guard-model-call.test.ts`, "that is aborted stays charged as reserved"],
  },
  {
    file: "packages/langchain/src/models/guard-model-call.ts",
    comment: "only an allow is sent",
    broken: [
      "if (!admission.decision.allow) return denialAnswer(admission.decision);",
      "denialAnswer(admission.decision);",
    ],
    test: [`${langchain}/models/guard-model-call.test.ts`, "is not made for somebody who is not identified"],
  },
  {
    file: "packages/langchain/src/tools/guard-tool.ts",
    comment: "only an allow runs",
    broken: ["if (!admission.decision.allow)", 'if (admission.decision.metadata.release === "")'],
    test: [`${langchain}/tools/guard-tool.test.ts`, "denies with a message where the call has an id"],
  },
  {
    file: "packages/langchain/src/tools/guard-tool.ts",
    comment: "a withheld result leaves nothing behind",
    broken: ["if (settlement.withheld)", 'if (admission.decision.metadata.release === "")'],
    test: [`${langchain}/tools/guard-tool.test.ts`, "with an artifact keeps its form, denied and allowed"],
  },
  {
    file: "packages/langchain/src/tools/guard-tool.ts",
    comment: "what a tool throws may hold what it would have returned",
    broken: ["throw admission.decidesResult ? new Error(toolFailed) : ran.error;", "throw ran.error;"],
    test: [`${langchain}/tools/guard-tool.test.ts`, "that throws tells nothing of it where rules speak"],
  },
  {
    file: "packages/langchain/src/results/run-admitted.ts",
    comment: "what a tool throws may hold what it would have returned",
    broken: ["admission.decidesResult ? toolFailed : ", ""],
    test: [
      `${langchain}/forego-middleware.test.ts`,
      "tells the model nothing of what a tool throws whose results rules speak about",
    ],
  },
  {
    file: "packages/langchain/src/results/decide-result.ts",
    comment: "what middleware has written into a result since, no rule has looked at",
    broken: ["return sameJson(known.said, saidBy(call, result));", "return true;"],
    test: [`${langchain}/results/decide-result.test.ts`, "is decided as what a tool returns"],
  },
  {
    file: "packages/langchain/src/tools/held-tool.ts",
    comment: "what the schema of a tool inside has refused is told as if it had been the tool's own",
    broken: ["return told;", ""],
    test: [
      `${langchain}/tools/held-tool.test.ts`,
      "tells nothing of what the schema of that one has refused",
    ],
  },
  {
    file: "packages/langchain/src/results/decide-result.ts",
    comment: "a withheld result leaves nothing behind, and neither does a command that carries it",
    broken: ["if (settlement.withheld) return", "if (settlement.withheld && !isCommand(result)) return"],
    test: [
      `${langchain}/forego-middleware.test.ts`,
      "withholds a command with everything that it would have left behind",
    ],
  },
  {
    file: "packages/langchain/src/tools/sealed-calls.ts",
    comment: "what no gate admitted, or what cannot be compared, does not run",
    broken: ["return undefined;", "return { toolCall, admitted: toolCall, tool };"],
    test: [`${langchain}/forego-middleware.test.ts`, "denies a call that no gate has admitted"],
  },
  {
    file: "packages/langchain/src/tools/seal-tool.ts",
    comment: "what is not what was decided does not run, be it changed on the way or made anew by the schema",
    broken: ["return formed(original, await deny(otherArguments));", "await deny(otherArguments);"],
    test: [`${langchain}/tools/seal-tool.test.ts`, "runs nothing that middleware behind it changed"],
  },
  {
    file: "packages/langchain/src/tools/seal-tool.ts",
    comment: "what is told of a command that was thrown is what rules left of it",
    broken: ["return formed(tool, await decideThrown(returned, error));", ""],
    test: [`${langchain}/results/thrown-command.test.ts`, "is withheld where a rule withholds the result"],
  },
  {
    file: "packages/langchain/src/results/settle-run.ts",
    comment: "what leads on by being thrown is what the tool returned",
    broken: ["return { end: await ofCommand(error) };", "throw error;"],
    test: [`${langchain}/results/thrown-command.test.ts`, "is withheld where a rule withholds the result"],
  },
  {
    file: "packages/langchain/src/admit-call.ts",
    comment: "a no to what others have granted is a no",
    broken: ['if (isRefused) return refuse("forego.approval_refused");', ""],
    test: [
      `${langchain}/approvals/ask-people.test.ts`,
      "is not run against a person's no, though others have granted it",
    ],
  },
  {
    file: "packages/langchain/src/admit-call.ts",
    comment: "what is decided would not be what runs",
    broken: ['if (isCallLike(call.args)) return refuse("forego.invalid_arguments");', ""],
    test: [`${langchain}/tools/seal-tool.test.ts`, "does not run with arguments that look like a call"],
  },
  {
    file: "packages/langchain/src/tools/derived-tool.ts",
    comment:
      "what nobody waits for any more does not start; LangChain would start it, and never hear of its end",
    broken: ["config.signal?.throwIfAborted();", ""],
    test: [
      `${langchain}/cancelled-call.test.ts`,
      "of an agent does not start, and gives back what it reserved",
    ],
  },
  {
    file: "packages/langchain/src/tools/derived-tool.ts",
    comment: "such a tool parses again what is decided, and could run with something else",
    broken: ["throw parsesAgain(tool.name);", "parsesAgain(tool.name);"],
    test: [
      `${langchain}/tools/seal-tool.test.ts`,
      "with an invoke of its own never runs with what its schema made of decided arguments",
    ],
  },
  {
    file: "packages/state/src/counting-state.ts",
    comment: "one charge that does not fit, and nothing is taken",
    broken: ["if (!soft && sum > limit) refused.push(index);", ""],
    test: [`${state}/state-store.test.ts`, "take all charges of a call, or none"],
  },
  {
    file: "packages/state/src/keyed-charge.ts",
    comment: "what cannot be counted is not reserved",
    broken: ['throw new RangeError("a cost is a whole number, 0 to 2^53 - 1");', "return 0;"],
    test: [`${state}/state-store.test.ts`, "fail for a cost below 0"],
  },
  {
    file: "packages/state/src/keyed-charge.ts",
    comment: "a limit that is no number would refuse nothing",
    broken: ["if (!(limit >= 0))", "if (limit < 0)"],
    test: [`${state}/state-store.test.ts`, "fail for a limit that is no number"],
  },
  {
    file: "packages/state/src/memory/memory-table.ts",
    comment:
      "what was swept before the clock was set back is not there to give back; less than nothing is room",
    broken: [
      "if (known !== undefined) known.amount = Math.max(0, addExactly(known.amount, -amount));",
      "if (known !== undefined) known.amount = addExactly(known.amount, -amount);",
    ],
    test: ["test/state/set-back-clock.test.ts", "take no more back than a bucket holds"],
  },
  {
    file: "packages/state/src/sqlite/sqlite-table.ts",
    comment:
      "what was swept before the clock was set back is not there to give back; less than nothing is room",
    broken: ["max(0, amount - ?)", "amount - ?"],
    test: ["test/state/set-back-clock.test.ts", "take no more back than a bucket holds"],
  },
  {
    file: "packages/state/src/session-addition.ts",
    comment: "what cannot be counted is not added, and its call is denied",
    broken: ["if (!isWhole)", "if (false)"],
    test: [`${state}/sessions.test.ts`, "refuse { turns: -1 }"],
  },
  {
    file: "packages/state/src/sqlite/sqlite-approvals.ts",
    comment: "a quorum is of different people",
    broken: ['if (changes === 0) return "granted_before";', ""],
    test: [`${state}/approvals.test.ts`, "are granted by as many different people"],
  },
  {
    file: "packages/state/src/sqlite/sqlite-approvals.ts",
    comment: "the first answer stands",
    broken: [
      'if (live?.state !== "pending") return "not_open";',
      'if (live === undefined) return "not_open";',
    ],
    test: [`${state}/approvals.test.ts`, "give a granted answer out once"],
  },
  {
    file: "packages/state/src/sqlite/sqlite-approvals.ts",
    comment: "an approval serves one admission",
    broken: ["drop.run(digestKey(binding));", ""],
    test: [`${state}/approvals.test.ts`, "give a granted answer out once"],
  },
  {
    file: "packages/opa/src/opa-client.ts",
    comment: "an answer that is not there in time is none",
    broken: ["stop.abort(tooLate(question.timeoutMs))", "undefined"],
    test: [`${opa}/odd-answers.test.ts`, "never comes"],
  },
  {
    file: "packages/opa/src/opa-client.ts",
    comment: "redirects are not followed, and an error is no decision",
    broken: ["if (statusCode !== 200)", "if (statusCode === undefined)"],
    test: [`${opa}/odd-answers.test.ts`, "answers with status"],
  },
  {
    file: "packages/opa/src/opa-client.ts",
    comment: "a page of some proxy is no answer of OPA's",
    broken: ['type.trim().toLowerCase() !== "application/json"', 'type === "none"'],
    test: [`${opa}/odd-answers.test.ts`, "is of the type"],
  },
  {
    file: "packages/opa/src/opa-client.ts",
    comment: "what is too large is not read to its end",
    broken: ["if (size > maxBytes)", "if (size < 0)"],
    test: [`${opa}/odd-answers.test.ts`, "never ends, and is large"],
  },
  {
    file: "packages/opa/src/loaded-bundles.ts",
    comment: "who does not say where an answer comes from is not asked about policies",
    broken: [
      'if (!isRecord(provenance)) throw new Error("the OPA server\'s answer has no provenance");',
      "if (!isRecord(provenance)) return { result, version: undefined, bundles: undefined };",
    ],
    test: [`${opa}/odd-answers.test.ts`, "does not say which bundles it is of"],
  },
  {
    file: "packages/opa/src/opa-engine.ts",
    comment: "OPA answers so where a decision is undefined, or a built-in function failed",
    broken: ["if (answer.result === undefined)", "if (answer.result === null)"],
    test: [`${opa}/odd-answers.test.ts`, "has no result"],
  },
  {
    file: "packages/opa/src/opa-engine.ts",
    comment: "without a release, or without revisions that would tell when it changes, nothing is decided",
    broken: [
      'throw new EngineTrouble("forego.no_policy", "the OPA server has loaded no release as bundles");',
      "return answer;",
    ],
    test: [`${opa}/opa-engine.test.ts`, "fails with a server that has no release, or another one"],
  },
  {
    file: "packages/opa/src/opa-engine.ts",
    comment: "a decision of another release is none of this one",
    broken: ["found !== digest", "found === undefined"],
    test: [
      `${opa}/opa-engine.test.ts`,
      "denies while the server has another release, and decides again when it has its own",
    ],
  },
  {
    file: "packages/opa/src/opa-engine.ts",
    comment: "an answer that was made before or after a change is of unknown bundles",
    broken: ["if (seen.bundles !== bundles)", "if (seen.bundles === undefined)"],
    test: [`${opa}/odd-answers.test.ts`, "is of bundles that the server does not have"],
  },
  {
    file: "packages/wasm/src/opa-instance.ts",
    comment: "an entrypoint that is not there would be taken for the first one",
    broken: ["if (missing !== undefined)", "if (policy.entrypoints === undefined)"],
    test: [`${wasm}/wasm-engine.test.ts`, "when it has an entrypoint of another name, and no other"],
  },
  {
    file: "packages/wasm/src/opa-instance.ts",
    comment: "no result is no decision",
    broken: [
      'if (!Array.isArray(results) || results.length !== 1) throw new Error("the evaluation gave no result");',
      'if (!Array.isArray(results) || results.length !== 1) return { effect: "allow" };',
    ],
    test: [`${wasm}/wasm-engine.test.ts`, "when its entrypoint has no result"],
  },
  {
    file: "packages/core/src/evaluation/told-values.ts",
    comment: "what is no single value is not told",
    broken: ['return "not told";', "return JSON.stringify(value);"],
    test: [`${core}/evaluation/told-values.test.ts`, "is not told where it is no single value"],
  },
  {
    file: "packages/core/src/evaluation/told-values.ts",
    comment: "what cannot be seen could say something to a model that people do not see",
    broken: ['.split("")', '.split("").slice(0, 0)'],
    test: [`${core}/evaluation/told-values.test.ts`, "shows what is invisible"],
  },
  {
    file: "packages/wasm/src/wasm-engine.ts",
    comment: "a second evaluation inside the first would write over its memory",
    broken: ['if (isEvaluating) throw new Error("the engine was entered while it evaluated");', ""],
    test: [`${wasm}/wasm-engine.test.ts`, "refuses to be entered while it evaluates"],
  },
  {
    file: "packages/wasm/src/wasm-engine.ts",
    comment: "what does not fit is not evaluated",
    broken: ['throw new Error("the projected input is too large");', "return undefined;"],
    test: [`${wasm}/wasm-engine.test.ts`, "is not touched by an input that is too long"],
  },
  {
    file: "packages/wasm/src/wasm-engine.ts",
    comment: "an instance that threw may answer anything from now on",
    broken: ["current = undefined;", ""],
    test: [
      `${wasm}/wasm-engine.test.ts`,
      "is not used again: aborted evaluations leave the engine as it was",
    ],
  },
  {
    file: "packages/wasm/src/wasm-engine.ts",
    comment: "bundles that do not belong together are told of by the entrypoint that looks at them each time",
    broken: ["if (check === undefined || !isOfOneRelease(answer))", "if (check === undefined)"],
    test: [`${wasm}/wasm-engine.test.ts`, "checks the input itself, and denies with the data of another"],
  },
  {
    file: "packages/core/src/setup/active-release.ts",
    comment: "what comes with a server restricts that server's calls, and does nothing else",
    broken: ["if (release.server !== name) {", "if (release.server === undefined) {"],
    test: [`${core}/swap-release.test.ts`, "is refused when it is another server's"],
  },
  {
    file: "packages/core/src/evaluation/charge-limits.ts",
    comment: "what is no count is charged as reserved",
    broken: ["Number.isSafeInteger(real) && Number(real) >= 0 ?", "real !== undefined ?"],
    test: [`${core}/flow/clear-call.test.ts`, "is charged as reserved where the host names what is no count"],
  },
  {
    file: "packages/core/src/evaluation/charge-limits.ts",
    comment: "where the store names no limit that can refuse the call, none is known to fit",
    broken: ["if (known.length === 0) throw", "if (false) throw"],
    test: [
      `${core}/flow/clear-call.test.ts`,
      "denies where the store refuses for limits that the call does not",
    ],
  },
  {
    file: "packages/core/src/flow/made-call.ts",
    comment: "what would be taken out of a result is taken out by the rule that speaks when there is one",
    broken: ["if (owesUnseenResult(prepared, evaluation, decided)) return unable(decided);", ""],
    test: [
      `${core}/flow/made-call.test.ts`,
      "is denied where a rule speaks of its result before there is one",
    ],
  },
  {
    file: "packages/core/src/flow/made-call.ts",
    comment: "an adapter that cannot make the call in its changed form must not make it in the other",
    broken: ['if (transforms && !fulfils.includes("transform")) return unable(owing);', ""],
    test: [`${core}/flow/clear-call.test.ts`, "denies where the adapter cannot change calls"],
  },
  {
    file: "packages/core/src/flow/made-call.ts",
    comment: "nor in the form that has what must be taken out",
    broken: [
      'reaches("args", owing.obligations) && !fulfils.includes("redact") ? unable(owing) : undefined',
      "undefined",
    ],
    test: [
      `${core}/flow/made-call.test.ts`,
      "is not made by an adapter that can set arguments, and cannot take values out of them",
    ],
  },
  {
    file: "packages/core/src/flow/made-call.ts",
    comment: "what cannot be found cannot be taken out",
    broken: ["return args === undefined ? otherForm(owing) :", "return args === undefined ? changed :"],
    test: [`${core}/flow/clear-call.test.ts`, "denies a call whose arguments have another form"],
  },
  {
    file: "packages/core/src/flow/made-call.ts",
    comment: "what rules make of a call is decided like any other call",
    broken: [
      'if (isTrouble(again) || again.effect === "deny") return again;',
      'if (isTrouble(again) || again.effect === "deny") return { ...first };',
    ],
    test: [`${core}/flow/clear-call.test.ts`, "is followed by a decision about what it made of the call"],
  },
  {
    file: "packages/core/src/flow/call-flow.ts",
    comment: "what is over is over; whoever makes the same call again takes from the limits again",
    broken: ["?.isOver !== true) return entry;", "?.isOver !== null) return entry;"],
    test: [`${core}/flow/made-call.test.ts`, "is decided and charged again when it is made again"],
  },
  {
    file: "packages/core/src/decision/fulfil-obligations.ts",
    comment: "an id that became another one would name somebody else",
    broken: ["throw new AnotherForm();\n  return value;", "return value;\n  return value;"],
    test: [`${core}/decision/fulfil-obligations.test.ts`, "holds a number that JavaScript cannot keep"],
  },
  {
    file: "packages/core/src/json/json-snapshot.ts",
    comment: "what is dropped inside of an object is nothing to decide about by itself",
    broken: ['if (copied === undefined && value !== undefined) throw new Refused("no data");', ""],
    test: [`${core}/json/json-snapshot.test.ts`, "is no data"],
  },
  {
    file: "packages/core/src/flow/clear-call.ts",
    comment: "what cannot be counted is not spent",
    broken: ["const decided = troubleOf(", "return { evaluation };\n    const decided = troubleOf("],
    test: [`${core}/flow/clear-call.test.ts`, "denies when the store throws, is late or answers nonsense"],
  },
  {
    file: "packages/core/src/decision/decision.ts",
    comment: "what would be marked, had it been checked, is marked",
    broken: ['broken.some((rule) => rule.effect === "audit")', "broken.length < 0"],
    test: [`${core}/decision/decision.test.ts`, "asks for an audit where a rule marks the call"],
  },
  {
    file: "packages/core/src/decision/fulfil-obligations.ts",
    comment: "what cannot be found cannot be taken out",
    broken: [
      "if (cause instanceof AnotherForm) return undefined;",
      "if (cause instanceof AnotherForm) return document;",
    ],
    test: [`${core}/flow/clear-call.test.ts`, "withholds a result of another form"],
  },
  {
    file: "packages/core/src/evaluation/join-server.ts",
    comment: "a release that fails, and might have denied, denies",
    broken: [
      "if (isTrouble(decided)) return { projected: main.projected, decided };",
      "if (isTrouble(decided)) return main;",
    ],
    test: [`${core}/swap-release.test.ts`, "denies where its rules cannot be checked, or it fails"],
  },
  {
    file: "packages/core/src/evaluation/join-server.ts",
    comment: "a rule that restricts, and cannot be checked, denies",
    broken: ["if (broken.length === 0) return denies;", "return denies;"],
    test: [`${core}/swap-release.test.ts`, "denies where its rules cannot be checked, or it fails"],
  },
  {
    file: "packages/core/src/evaluation/judge-call.ts",
    comment: "rules that ask what has been used cannot be asked",
    broken: [
      "return { projected, decided: troubleOf(",
      "return evaluation;\n    return { projected, decided: troubleOf(",
    ],
    test: [`${core}/flow/clear-call.test.ts`, "denies when the store throws, is late or answers nonsense"],
  },
  {
    file: "packages/core/src/evaluation/read-engine-output.ts",
    comment: "what nobody may lift stays, and what a rule computes is what such a rule can",
    broken: ["if (!areLifted(overridden, matched) || ", "if ("],
    test: [
      `${core}/evaluation/read-engine-output.test.ts`,
      "takes a rule that is lifted without its lift for no answer",
    ],
  },
  {
    file: "packages/core/src/flow/settle-call.ts",
    comment: "a result that cannot be handed on without what must be taken out is not handed on",
    broken: ["const cause = isAble", "return { evaluation };\n  const cause = isAble"],
    test: [`${core}/flow/clear-call.test.ts`, "withholds a result of another form"],
  },
  {
    file: "packages/forego/src/try-vectors.ts",
    comment: "an engine that does not answer as the release was built to does not decide",
    broken: ["throw new ForegoError(", "void new ForegoError("],
    test: ["packages/forego/src/try-vectors.test.ts", "an engine that answers a vector otherwise"],
  },
  {
    file: "packages/ir/src/evaluate/resolve.ts",
    comment: "a rule that nobody may lift, or that has changed since, stays",
    broken: ["mayLift(overridable, lifts.owner, by.meaning);", "true;"],
    test: [
      "packages/ir/src/evaluate/evaluate-release.test.ts",
      "takes nothing back that the rule does not let the lift",
    ],
  },
  {
    file: "packages/ir/src/evaluate/resolve.ts",
    comment: "of two values for one argument, neither is known to be right",
    broken: ['if (areInConflict(obligations)) return deny(["forego.conflicting_obligations"]);', ""],
    test: [
      "test/differential/obligations.test.ts",
      "resolves lifts, obligations and limits as the truth table says",
    ],
  },
  {
    file: "packages/cli/src/serve/token-issuer.ts",
    comment: "a token that never ends, or is for somebody else, is none",
    broken: ['requiredClaims: ["exp", ...requiredClaims]', "requiredClaims: [...requiredClaims]"],
    test: [`${cli}/serve/serve-mcp.test.ts`, "takes the caller from the claims of a token"],
  },
  {
    file: "packages/cli/src/serve/token-issuer.ts",
    comment: "a claim that is not there is not read as an empty one",
    broken: ["if (!isThere) throw", "if (!isThere) return undefined; else if (!isThere) throw"],
    test: [`${cli}/serve/serve-mcp.test.ts`, "takes the caller from the claims of a token"],
  },
  {
    file: "packages/core/src/input/read-as-written.ts",
    comment: "what cannot be decoded, every server reads in its own way",
    broken: ["return false;", "return true;"],
    test: [`${core}/input/read-as-written.test.ts`, "a URI is read as another one"],
  },
  {
    file: "packages/core/src/input/read-as-written.ts",
    comment: "what is no character of a URI, some servers encode before they look for it",
    broken: ["!characters.test(uri) || ", ""],
    test: [`${core}/input/read-as-written.test.ts`, "a URI is read as another one"],
  },
  {
    file: "packages/core/src/input/prepare-call.ts",
    comment: "rules speak about the URI that they see, and not about the one that is read",
    broken: ["&& !isTemplate && !isReadAsWritten(call.tool)", "&& false"],
    test: [`${mcp}/hostile.test.ts`, "reads no resource by a URI that a server reads as another one"],
  },
  {
    file: "packages/mcp/src/guard-client.ts",
    comment: "what cannot be copied is not JSON, and may be something else when it is sent",
    broken: ["(copy.ok ? guard.admit(call) : refuse(call, copy.problem))", "guard.admit(call)"],
    test: [`${mcp}/guard-client.test.ts`, "parameters that are no JSON are not sent"],
  },
  {
    file: "packages/mcp/src/http/http-fetch.ts",
    comment: "what is no response, such as one with a status that there is not, ends nothing but itself",
    broken: ["receive(response).then(resolve, broken);", "void broken, receive(response).then(resolve);"],
    test: [`${mcp}/http/http-fetch.test.ts`, "a response that is none rejects"],
  },
  {
    file: "packages/mcp/src/decisions/admit-request.ts",
    comment: "without an answer nothing is granted",
    broken: [
      "|| granted === undefined) return false;\n  let isOver = false;\n  for (const id of ids) {\n    const receipt = await guard.answer(id, granted,",
      ") return false;\n  let isOver = false;\n  for (const id of ids) {\n    const receipt = await guard.answer(id, granted ?? true,",
    ],
    test: [`${mcp}/approvals.test.ts`, "is not made when the user closes the form"],
  },
  {
    file: "packages/mcp/src/decisions/approval-question.ts",
    comment: "only a form that was sent, and says yes, is a yes",
    broken: ['"approve") === true', '"approve") !== false'],
    test: [`${mcp}/approvals.test.ts`, "is not made when the user sends an empty form"],
  },
  {
    file: "packages/mcp/src/gateway-session.ts",
    comment: "before both sides agree on a version, nobody can say what a message means",
    broken: ['!isAlone && state !== "ready" && method !== "ping"', "false"],
    test: [`${mcp}/hostile.test.ts`, "has no call made by what is no request, or before the session begins"],
  },
  {
    file: "packages/mcp/src/gateway-session.ts",
    comment: "a method that is not known might do what nobody decided",
    broken: ["!(isAlone ? statelessMethods : passedMethods).has(method)", "false"],
    test: [`${mcp}/hostile.test.ts`, "has a method that nobody knows refused"],
  },
  {
    file: "packages/mcp/src/gateway-session.ts",
    comment: "a version that is not known has doors that are not known",
    broken: ["!SUPPORTED_PROTOCOL_VERSIONS.includes(version)", "false"],
    test: [`${mcp}/hostile.test.ts`, "that speaks a later protocol is not spoken to"],
  },
  {
    file: "packages/mcp/src/session-calls.ts",
    comment: "only an allow goes to the server",
    broken: [
      "if (!admission.decision.allow) return relay.reply(incoming, denialOf(request, admission));",
      "",
    ],
    test: [`${mcp}/gateway.test.ts`, "is not called when a rule denies, and the model reads why"],
  },
  {
    file: "packages/mcp/src/gateway.ts",
    comment: "what other machines reach is used by nobody unknown",
    broken: ["if (authenticate !== undefined || isLoopback(host)) return;", "return;"],
    test: [`${mcp}/http.test.ts`, "does not listen for other machines without asking who calls"],
  },
  {
    file: "packages/mcp/src/mcp-client.ts",
    comment: "an answer to a server is a part of the call that was decided, or goes nowhere",
    broken: ["return others;", "return options;"],
    test: [
      `${mcp}/guard-client.test.ts`,
      "hands no question of its server's back, whose answer nobody would decide",
    ],
  },
  {
    file: "packages/mcp/src/guard-client.ts",
    comment: "only an allow is sent",
    broken: ["if (!admission.decision.allow) return deny(admission.decision);", ""],
    test: [`${mcp}/guard-client.test.ts`, "an application's own calls are decided as a gateway would"],
  },
  {
    file: "packages/mcp/src/http/http-sessions.ts",
    comment: "a session is its subject's, and its server's",
    broken: ["known?.server === server && known.subject === caller.subject", "known !== undefined"],
    test: [`${mcp}/http.test.ts`, "a session is its subject's, and no request goes without a token"],
  },
  {
    file: "packages/mcp/src/http/http-sessions.ts",
    comment: "who cannot be verified is nobody",
    broken: ["return undefined;", 'return { subject: "" };'],
    test: [`${mcp}/http.test.ts`, "a session is its subject's, and no request goes without a token"],
  },
  {
    file: "packages/mcp/src/http/http-sessions.ts",
    comment: "an answer goes to the request with its id, and there would be two",
    broken: ["isRepeated(body.value, known.session)", "false"],
    test: [`${mcp}/http.test.ts`, "an id that is in use, or comes twice in a batch, is refused"],
  },
  {
    file: "packages/mcp/src/decisions/listed.ts",
    comment: "what has no name cannot be decided, and is not shown",
    broken: [
      "if (one === undefined || !shown.has(one)) return [];",
      "if (one === undefined) return [entry];",
    ],
    test: [`${mcp}/hostile.test.ts`, "that lies in its list of tools is decided when it is called"],
  },
  {
    file: "packages/mcp/src/http/read-body.ts",
    comment: "a client does not fill the memory of the gateway; what comes after is read and forgotten",
    broken: ["else resolve(", "else chunks.push(chunk);\n      if (size < 0) resolve("],
    test: [`${mcp}/http.test.ts`, "what is no session, no server or no request is refused"],
  },
  {
    file: "packages/mcp/src/open-requests.ts",
    comment: "what comes of a request that was cancelled is no answer to the next one with its id",
    broken: ["return open === incoming ? open : undefined;", "return open;"],
    test: [`${mcp}/reused-id.test.ts`, "is answered by what it called itself"],
  },
  {
    file: "packages/mcp/src/relay.ts",
    comment: "an answer with this id would be taken for the answer to the other request",
    broken: ["return;", ""],
    test: [`${mcp}/hostile.test.ts`, "cannot run two requests under one id"],
  },
  {
    file: "packages/mcp/src/relay.ts",
    comment: "a server does not fill the memory of the gateway",
    broken: ["this.#questions.size >= maxQuestions", "this.#questions.size >= 2 * maxQuestions"],
    test: [`${mcp}/hostile.test.ts`, "that asks more than anybody answers"],
  },
  {
    file: "packages/mcp/src/relay.ts",
    comment:
      "while a flood is read, the calls of others wait, and are denied; the rest of it is not read at all",
    broken: ["this.#options.upstream.close().catch(() => {});\n    void this.#close(true);", ""],
    test: [`${mcp}/hostile.test.ts`, "that writes nothing but what cannot be read"],
  },
  {
    file: "packages/mcp/src/http/open-answer.ts",
    comment: "a server that goes on and a client that does not read do not fill the memory of the gateway",
    broken: ["if (response.writableLength > maxUnreadBytes) response.destroy();\n      else ", ""],
    test: [`${mcp}/http/open-answer.test.ts`, "a client that reads nothing of what comes before its answer"],
  },
  {
    file: "packages/mcp/src/relay.ts",
    comment: "a call that wants no answer would be made without a decision",
    broken: ['!method.startsWith("notifications/")', 'method === ""'],
    test: [`${mcp}/hostile.test.ts`, "has no call made by what is no request, or before the session begins"],
  },
  {
    file: "packages/mcp/src/relay.ts",
    comment: "an answer that could not be decided is not handed on",
    broken: ["return unhandled(", "return response;\n      return unhandled("],
    test: [`${mcp}/hostile.test.ts`, "gets no answer that could not be decided"],
  },
  {
    file: "packages/mcp/src/session-tasks.ts",
    comment: "what comes with a task before its result is a result that nobody decided",
    broken: ["admission.decidesResult ? { task } : result", "result"],
    test: [`${mcp}/gateway.test.ts`, "decides the result of a task as that of a call"],
  },
  {
    file: "packages/mcp/src/session-tasks.ts",
    comment: "a result that belongs to no call of this session cannot be decided",
    broken: ['return "unknown";', "return (result) => result;"],
    test: [
      `${mcp}/hostile.test.ts`,
      "that begins a task which nobody asked for cannot have its result fetched",
    ],
  },
  {
    file: "packages/mcp/src/session-tasks.ts",
    comment: "whoever takes its task back has an error instead of what the tool did, and pays for it",
    broken: ["settleError(guard, admission, error, false)", "settleError(guard, admission, error)"],
    test: [`${mcp}/hostile.test.ts`, "is charged for a task whose result it cannot get"],
  },
  {
    file: "packages/mcp/src/decisions/tool-result.ts",
    comment: "a withheld result leaves nothing behind",
    broken: ["if (settled.withheld) return", "if (false) return"],
    test: [`${mcp}/gateway.test.ts`, "has a result withheld that a rule denies"],
  },
  {
    file: "packages/mcp/src/http/http-fetch.ts",
    comment: "a server does not fill the memory of the gateway",
    broken: ["if (bytes > maxMessageBytes)", "if (bytes < 0)"],
    test: [
      `${mcp}/http.test.ts`,
      "a server that breaks off its answer, or answers another id, is a clear error",
    ],
  },
  {
    file: "packages/mcp/src/session-calls.ts",
    comment: "only an allow goes to the client's model",
    broken: [
      "if (samples === undefined) return refuseSample(refused);",
      "if (samples === undefined) return handOn();",
    ],
    test: [`${mcp}/http.test.ts`, "a server is refused a sample where rules deny the client's model"],
  },
  {
    file: "packages/mcp/src/session-calls.ts",
    comment: "an answer that could not be counted is not handed on",
    broken: ["(await samples.settle(answers)) ?", "(await samples.settle(answers), true) ?"],
    test: [`${mcp}/http.test.ts`, "a server gets no sample that could not be counted"],
  },
  {
    file: "packages/mcp/src/gateway-session.ts",
    comment: "what a request of an unknown version means, nobody can say either",
    broken: ["isAlone && version !== statelessVersion", "false"],
    test: [stateless, "is refused in a version that is not known"],
  },
  {
    file: "packages/mcp/src/gateway-session.ts",
    comment: "whoever has no session is asked by results alone",
    broken: ['if (state === "new") return', "if (false) return"],
    test: [stateless, "asks nobody by a request of its own"],
  },
  {
    file: "packages/mcp/src/stateless/rounds.ts",
    comment: "answers belong to the request that they were asked for, and to whoever was asked",
    broken: ["|| known.digest !== digestOf(asker)", ""],
    test: [stateless, "does not count for other arguments"],
  },
  {
    file: "packages/mcp/src/stateless/samples.ts",
    comment: "what is asked beside a sample that is denied is not handed on either",
    broken: ["return undefined;", ""],
    test: [stateless, "lends its model to a server where rules let it"],
  },
  {
    file: "packages/mcp/src/session-calls.ts",
    comment: "an answer to another question is none",
    broken: ["if (round?.requests?.join() === requests.join()) {", "if (true) {"],
    test: [stateless, "is none where nobody was asked"],
  },
  {
    file: "packages/mcp/src/session-calls.ts",
    comment: "what is no result yet may become one that nobody decides",
    broken: ["return refuse(", "return response ?? refuse("],
    test: [stateless, "hands on no result of a type that nobody decides"],
  },
  {
    file: "packages/mcp/src/session-calls.ts",
    comment: "to a server that is told nothing it is another call, and is decided as one",
    broken: ["await samples.settle({});", "return round;"],
    test: [stateless, "is told nothing by a client that answers nothing"],
  },
  {
    file: "packages/mcp/src/session-calls.ts",
    comment: "what nobody asked for, nobody has decided",
    broken: ["return {};", 'return { inputResponses: property(request.params, "inputResponses") };'],
    test: [stateless, "gets no answers that it has not asked for"],
  },
  {
    file: "packages/mcp/src/decisions/tool-result.ts",
    comment: "what an error says of a result, no rule has looked at",
    broken: ["withheld || admission.decidesResult ?", "withheld ?"],
    test: [stateless, "says nothing in errors of a tool whose results rules decide"],
  },
  {
    file: "packages/mcp/src/session-calls.ts",
    comment: "a server does not fill the memory of the gateway, nor keep a call running for ever",
    broken: ["turns > maxTurns", "turns < 0"],
    test: [stateless, "gets its own state back, whatever was answered, and asks no more than twenty times"],
  },
  {
    file: "packages/mcp/src/gateway-session.ts",
    comment: "who is asked in the name of something undecided would be asked undecided",
    broken: ["&& !isComplete(response.result)", "&& false"],
    test: [stateless, "asks nobody in the name of what is not decided"],
  },
  {
    file: "packages/mcp/src/stateless/stateless.ts",
    comment: "a version that is not known has doors that are not known",
    broken: ["versions.filter((one) => one === statelessVersion)", "versions"],
    test: [stateless, "claims no version that the gateway does not speak"],
  },
  {
    file: "packages/mcp/src/stateless/stateless.ts",
    comment: "those on its way must not take a request for another",
    broken: ["return Object.entries(", "return true || Object.entries("],
    test: [stateless, "is refused when its headers say another name than its body"],
  },
  {
    file: "packages/mcp/src/decisions/denial.ts",
    comment: "what was decided is said by the guard alone",
    broken: ["return others as TValue;", "return value;"],
    test: [`${mcp}/hostile.test.ts`, "that says what was decided is not believed, and nobody hears it"],
  },
];
