import { originOf, readRelease } from "@forego/bundles";
import { explainCode, nearestCode } from "@forego/compiler";
import { ForegoError } from "@forego/core";
import { exitCodes, type Terminal } from "./terminal.ts";

/** Options of `forego explain`. */
export interface ExplainOptions {
  readonly bundles?: string;
  readonly json?: boolean;
}

/**
 * `forego explain <what>`: a diagnostic's code, or a line of a release's Rego (`<file.rego>:<line>`).
 *
 * @throws ForegoError FG3052 for what cannot be explained; the release's own errors.
 */
export async function explain(what: string, options: ExplainOptions, terminal: Terminal): Promise<number> {
  const [, file, line] = /^(.+\.rego):(\d+)$/.exec(what) ?? [];
  if (file !== undefined) await explainLine(file, Number(line), options, terminal);
  else explainDiagnostic(what, options, terminal);
  return exitCodes.fine;
}

function explainDiagnostic(what: string, options: ExplainOptions, terminal: Terminal): void {
  const [, digits] = /^(?:FG)?(\d{4})$/i.exec(what) ?? [];
  if (digits === undefined) throw unknown(what, "name a code such as FG2002, or a line: <file.rego>:<line>.");
  const explained = explainCode(`FG${digits}`);
  if (explained === undefined) {
    const nearest = nearestCode(Number(digits));
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
  const rule = release.info.rules.find(
    ({ source }) => source.file === origin.file && source.line === origin.line,
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
