import { type Release, readRelease } from "@forego/bundles";
import { clauseWords } from "@forego/compiler";
import {
  type DecisionRecord,
  type EngineOutput,
  ForegoError,
  type LimitOutcome,
  recordVersion,
  reservedReasons,
} from "@forego/core";
import {
  type Explanation,
  explainDecision,
  type IrRelease,
  type LimitFinding,
  type RegoAnswers,
  regoRules,
} from "@forego/ir";
import { createEngine } from "forego";
import { readText, splitJson } from "../read-text.ts";
import { exitCodes, type Terminal } from "../terminal.ts";
import { printExplanation } from "./print-explanation.ts";

/** Options of `forego explain --log <file> --decision <id> --bundles <dir>`. */
export interface ExplainDecisionOptions {
  readonly log: string;
  readonly decision: string;
  readonly bundles: string;
  readonly json?: boolean;
}

/**
 * Explains a recorded decision: which clauses decided, what they saw, and the smallest change that would have been
 * allowed. For operators: it prints values. What trouble decided (a deadline, a failed identity) is said to be that.
 *
 * @throws ForegoError FG3053 when the log has no such decision; the errors of reading files and releases.
 */
export async function explainRecorded(options: ExplainDecisionOptions, terminal: Terminal): Promise<number> {
  const record = findRecord(await readText(options.log, terminal), options);
  const release = await readRelease(options.bundles);
  const explanation = explainRecord(record, release);
  if (options.json === true) {
    const { decision, decided_at, tool, phase } = record;
    const told = { decision: decision.metadata.decision_id, decided_at, tool, phase };
    terminal.out(
      JSON.stringify({ ...told, ...explanation, ...troubleOf(record), ...differs(record, release) }),
    );
    return exitCodes.fine;
  }
  const notes = [
    ...(record.server === undefined
      ? []
      : [`The release of the server '${record.server.server}' had a say, too, and is not explained here.`]),
    ...Object.values(troubleOf(record)),
    ...(differs(record, release).other_release === true
      ? ["These bundles are not the release that decided: what follows is how they would."]
      : []),
  ];
  printExplanation(record, notes, explanation, terminal);
  return exitCodes.fine;
}

function findRecord(log: string, { decision, log: file }: ExplainDecisionOptions): DecisionRecord {
  for (const piece of splitJson(log)) {
    const record = piece.ok ? (piece.value as DecisionRecord | null) : null;
    if (record?.record === recordVersion && record.decision?.metadata?.decision_id === decision)
      return record;
  }
  const fix = "name the decision_id of a decision record that is in the log.";
  throw new ForegoError("FG3053", `The log '${file}' has no decision '${decision}'.`, fix);
}

/** What the rules said, where they were asked. */
function explainRecord(
  { trouble, input, limits, server }: DecisionRecord,
  release: Release,
): Explanation | undefined {
  if (trouble !== undefined || input === undefined) return undefined;
  const known = limits === undefined ? {} : { limits: limits.map((one) => withSoftness(one, release)) };
  const ir = release.ir as IrRelease;
  const rego = regoRules(ir).length === 0 ? {} : { rego: askRego(release, input) };
  const explained = explainDecision({ release: ir, input, words: clauseWords, ...rego, ...known });
  const { change: _unproven, ...rest } = explained;
  // of what a server's own release says to another call, nothing is known here
  return server === undefined ? explained : rest;
}

/** What became of a limit, and whether it refuses anything. */
function withSoftness(outcome: LimitOutcome, { info }: Release): LimitFinding {
  const soft = info.rules.find(({ id }) => id === outcome.rule)?.budget?.soft === true;
  return soft ? { ...outcome, soft } : outcome;
}

/** What hand-written Rego says, which only OPA can evaluate. */
function askRego(release: Release, input: Readonly<Record<string, unknown>>): RegoAnswers {
  const { hits } = createEngine(release).evaluate(input) as EngineOutput;
  return (rule) => hits.includes(rule);
}

function troubleOf({ trouble, cause }: DecisionRecord): { readonly trouble?: string } {
  if (trouble === undefined) return {};
  const why = cause === undefined ? "" : ` (${cause})`;
  return { trouble: `${trouble}: ${reservedReasons[trouble] ?? ""}${why}` };
}

function differs({ decision }: DecisionRecord, { info }: Release): { readonly other_release?: true } {
  return decision.metadata.release === info.digest ? {} : { other_release: true };
}
