import { type Decision, type DecisionRecord, decideAgain, recordVersion } from "@forego/core";
import { type JsonPiece, readText, splitJson } from "../read-text.ts";
import { exitCodes, type Terminal } from "../terminal.ts";
import { type CliEngineKind, type OpenEngine, openEngine } from "./open-engine.ts";

/** Options of `forego replay`. */
export interface ReplayOptions {
  readonly log: string;
  readonly bundles: string;
  readonly engine: CliEngineKind;
  readonly json?: boolean;
}

/** What came of one line of the log. */
type LineReplay =
  | { readonly kind: "equal" }
  | { readonly kind: "changed"; readonly line: number; readonly before: Decision; readonly after: Decision }
  | { readonly kind: "unreadable"; readonly line: number; readonly problem: string };

/**
 * `forego replay --log <file.jsonl> --bundles <dir>`: decides recorded decisions again. Equal means equal bytes but
 * for `decision_id` and `duration_us`. A decision that changed and a line that cannot be decided are findings.
 *
 * @throws ForegoError when the log or the release cannot be read.
 */
export async function replay(options: ReplayOptions, terminal: Terminal): Promise<number> {
  const pieces = splitJson(await readText(options.log, terminal));
  const opened = await openEngine(options.bundles, options.engine);
  const replays = await Promise.all(pieces.map((piece) => replayPiece(piece, opened)));
  const findings = replays.filter((one) => one.kind !== "equal");
  if (options.json === true) terminal.out(JSON.stringify({ decisions: replays.length, findings }));
  else report(replays, terminal);
  return findings.length === 0 ? exitCodes.fine : exitCodes.findings;
}

async function replayPiece(piece: JsonPiece, { engine, rules }: OpenEngine): Promise<LineReplay> {
  const { line } = piece;
  if (!piece.ok) return { kind: "unreadable", line, problem: "it is not JSON" };
  const record = piece.value as DecisionRecord;
  const isRecord =
    typeof record === "object" && record?.record === recordVersion && record.decision?.metadata !== undefined;
  if (!isRecord) return { kind: "unreadable", line, problem: "it is not a decision record of this version" };
  try {
    const { equal, decision } = await decideAgain(record, engine, rules);
    return equal ? { kind: "equal" } : { kind: "changed", line, before: record.decision, after: decision };
  } catch (error) {
    return {
      kind: "unreadable",
      line,
      problem: error instanceof Error ? error.message : "the engine failed",
    };
  }
}

function report(replays: readonly LineReplay[], terminal: Terminal): void {
  const { colors } = terminal;
  for (const one of replays) {
    if (one.kind === "changed") {
      const { before, after } = one;
      terminal.out(
        `line ${one.line}: ${before.effect} [${before.reasons}] -> ${after.effect} [${after.reasons}]${otherChange(before, after)}`,
      );
    } else if (one.kind === "unreadable")
      terminal.out(`line ${one.line}: cannot be decided again: ${one.problem}`);
  }
  const count = (kind: LineReplay["kind"]) => replays.filter((one) => one.kind === kind).length;
  const others = replays.filter((one) => one.kind === "changed" && isOtherAnswer(one.before, one.after));
  const summary = `${replays.length} decisions: ${count("equal")} equal, ${count("changed")} changed, ${count("unreadable")} unreadable`;
  const told =
    count("changed") === 0 ? summary : `${summary}; ${others.length} with another effect or other reasons`;
  terminal.out(count("equal") === replays.length ? colors.green(told) : colors.red(told));
}

function isOtherAnswer(before: Decision, after: Decision): boolean {
  return before.effect !== after.effect || `${before.reasons}` !== `${after.reasons}`;
}

/** Says what else differs when effect and reasons are the same: most often the release. */
function otherChange(before: Decision, after: Decision): string {
  if (isOtherAnswer(before, after)) return "";
  if (before.metadata.release !== after.metadata.release) return " (another release)";
  return " (other details)";
}
