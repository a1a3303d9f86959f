import { resolve } from "node:path";
import { originOf, readRelease } from "@forego/bundles";
import { type CompiledPolicy, compilePolicies, explainCode, nearestCode, sayPolicy } from "@forego/compiler";
import { ForegoError } from "@forego/core";
import { parseRego } from "@forego/wasm/opa";
import { printMistakes } from "../print-mistakes.ts";
import { exitCodes, type Terminal } from "../terminal.ts";
import { explainRecorded } from "./explain-decision.ts";

/** Options of `forego explain`. */
export interface ExplainOptions {
  readonly bundles?: string;
  readonly dir: string;
  readonly json?: boolean;
  readonly log?: string;
  readonly decision?: string;
}

/** From here on codes are those of `ForegoError`, which are thrown with their fix. */
const firstError = 3010;

/**
 * `forego explain <what>`: a diagnostic's code, a line of a release's Rego (`<file.rego>:<line>`), or in words what a
 * policy or one of its rules says. Without `what`, a decision of a log.
 *
 * @throws ForegoError FG3052 for what cannot be explained; the errors of releases and of compiling.
 */
export async function explain(
  what: string | undefined,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<number> {
  if (what === undefined) return explainDecision(options, terminal);
  const [, file, line] = /^(.+\.rego):(\d+)$/.exec(what) ?? [];
  if (file !== undefined) await explainLine(file, Number(line), options, terminal);
  else if (/^(?:FG)?\d+$/i.test(what)) explainDiagnostic(what, options, terminal);
  else return explainPolicy(what, options, terminal);
  return exitCodes.fine;
}

function explainDecision(options: ExplainOptions, terminal: Terminal): Promise<number> {
  const { log, decision, bundles } = options;
  if (log === undefined || decision === undefined || bundles === undefined)
    throw unknown("", "name what to explain, or a decision: --log <file> --decision <id> --bundles <dir>.");
  return explainRecorded({ ...options, log, decision, bundles }, terminal);
}

/** Says what a policy says, or one of its rules; for machines, a line of JSON a rule. */
async function explainPolicy(
  what: string,
  { dir, json }: ExplainOptions,
  terminal: Terminal,
): Promise<number> {
  const { policies, diagnostics } = await compilePolicies(dir, { parseRego });
  if (diagnostics.length > 0) {
    terminal.error(`${terminal.colors.red("not explained")}: ${printMistakes(diagnostics, terminal)}`);
    return exitCodes.findings;
  }
  const policy = policies.find((one) => isNamed(one, what, dir));
  if (policy === undefined) {
    throw unknown(
      what,
      `name a code such as FG2002, a line of Rego (<file.rego>:<line>), or a policy file or rule id below '${dir}' (--dir).`,
    );
  }
  const rules = ruleIds(policy);
  const chosen = rules.includes(what) ? [what] : rules;
  if (json === true) {
    for (const id of chosen) terminal.out(JSON.stringify({ rule: id, text: sayPolicy(policy, id) }));
  } else {
    terminal.out(sayPolicy(policy, rules.includes(what) ? what : undefined));
  }
  return exitCodes.fine;
}

/** Whether a text names a policy: by its file, its own name or a rule's. */
function isNamed(policy: CompiledPolicy, what: string, dir: string): boolean {
  const { file, category, name } = policy;
  const isFile = file === what || resolve(dir, file) === resolve(what);
  return isFile || `${category}.${name}` === what || ruleIds(policy).includes(what);
}

/** The rules of a policy, those that decide and those that derive. */
function ruleIds({ ir }: CompiledPolicy): readonly string[] {
  return [...ir.derivations, ...ir.rules].map(({ id }) => id);
}

function explainDiagnostic(what: string, options: ExplainOptions, terminal: Terminal): void {
  const number = Number(what.replace(/^FG/i, ""));
  const explained = explainCode(`FG${number}`);
  if (explained === undefined) {
    if (number >= firstError)
      throw unknown(
        what,
        `codes from FG${firstError} on are errors, not mistakes in policies: each says what to do.`,
      );
    const nearest = nearestCode(number);
    throw unknown(what, `the nearest is ${nearest}: ${explainCode(nearest)?.title ?? ""}.`);
  }
  if (options.json === true) {
    terminal.out(JSON.stringify(explained));
    return;
  }
  const { code, title, fix, paragraph, wrong, right } = explained;
  const { bold, red, green } = terminal.colors;
  const example = (name: string, text: string | undefined) =>
    text === undefined ? [] : ["", name, "", indent(text)];
  terminal.out(
    [
      bold(`${code}: ${title}`),
      "",
      fold(paragraph),
      ...example(red("wrong"), wrong),
      ...example(green("right"), right),
      "",
      `help: ${fix}`,
    ].join("\n"),
  );
}

/** Says where a line of Rego comes from: the place in TypeScript, and the rule that it belongs to. */
async function explainLine(
  file: string,
  line: number,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<void> {
  if (options.bundles === undefined)
    throw unknown(`${file}:${line}`, "name the folder of its release with --bundles <dir>.");
  const release = await readRelease(options.bundles);
  const origin = originOf(release, file, line);
  if (origin === undefined) {
    throw unknown(
      `${file}:${line}`,
      "name a line within a rule of a policy's module, by its path in the release: forego/<category>/policies/<policy>.rego:<line>.",
    );
  }
  const place = `${origin.file}:${origin.line}:${origin.column}`;
  const rule = release.info.rules.find(({ source, rego }) =>
    [source, rego].some((at) => at?.file === origin.file && at.line === origin.line),
  );
  if (options.json === true) {
    terminal.out(JSON.stringify({ ...origin, ...(rule === undefined ? {} : { rule: rule.id }) }));
  } else {
    terminal.out(rule === undefined ? place : `${place} ${rule.id}`);
    if (rule?.description !== undefined) terminal.out(rule.description);
  }
}

function unknown(what: string, fix: string): ForegoError {
  return new ForegoError("FG3052", `'${what}' cannot be explained.`, fix);
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "    ");
}

/** Breaks a paragraph into lines. */
function fold(text: string): string {
  return text.replace(/(.{1,96})(?:\s+|$)/g, "$1\n").trimEnd();
}
