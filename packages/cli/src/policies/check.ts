import {
  type Compilation,
  createPolicyCompiler,
  type Diagnostic,
  linkRelease,
  type PolicyCompiler,
} from "@forego/compiler";
import { ForegoError } from "@forego/core";
import { parseRego } from "@forego/wasm/opa";
import { describeError } from "../describe-error.ts";
import { countOf, printMistakes } from "../print-mistakes.ts";
import { exitCodes, type Terminal } from "../terminal.ts";
import { watchFolders } from "./watch-folders.ts";

/** Options of `forego check`. */
export interface CheckOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** What one look at the policies found. */
interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  readonly policies: number;
  readonly rules: number;
  readonly compiled: number;
  readonly milliseconds: number;
}

/**
 * `forego check [dir]`: compiles and links, and writes nothing; needs OPA only for policies made by `rego()`. With `--watch` it looks again whenever a
 * file changes that a policy reaches, until it is interrupted.
 *
 * @throws ForegoError when there is no policy, or the modules do not end; not while it watches.
 */
export async function check(dir: string, options: CheckOptions, terminal: Terminal): Promise<number> {
  const compiler = createPolicyCompiler(dir, { parseRego });
  try {
    if (options.watch === true) return await watch(compiler, options, terminal);
    const findings = await look(compiler);
    print(findings, options, terminal);
    return findings.diagnostics.length === 0 ? exitCodes.fine : exitCodes.findings;
  } finally {
    compiler.close();
  }
}

async function look(compiler: PolicyCompiler): Promise<Findings> {
  const startedAt = performance.now();
  const compilation = await compiler.compile();
  return {
    diagnostics: mistakesOf(compilation),
    warnings: compilation.warnings,
    policies: compilation.policies.length,
    rules: compilation.policies.reduce((sum, { rules }) => sum + rules.length, 0),
    compiled: compilation.compiled,
    milliseconds: Math.round(performance.now() - startedAt),
  };
}

function mistakesOf({ policies, diagnostics }: Compilation): readonly Diagnostic[] {
  if (diagnostics.length > 0) return diagnostics;
  const linking = linkRelease(policies);
  return linking.ok ? [] : linking.diagnostics;
}

/** Looks whenever something changes; what changed nothing is not told again. */
async function watch(compiler: PolicyCompiler, options: CheckOptions, terminal: Terminal): Promise<number> {
  let last = "";
  const tell = (answer: string, compiled: number, print: () => void) => {
    if (compiled > 0 || answer !== last) print();
    last = answer;
  };
  const watching = watchFolders({
    folders: () => compiler.folders(),
    async onChange() {
      try {
        const findings = await look(compiler);
        const { diagnostics, warnings, policies, rules, compiled } = findings;
        tell(JSON.stringify({ diagnostics, warnings, policies, rules }), compiled, () =>
          print(findings, options, terminal),
        );
      } catch (error) {
        // a folder without policies, or a module that loops, may be mended by the next change; no folder cannot
        if (!ForegoError.isForegoError(error) || compiler.folders().length === 0) throw error;
        tell(error.message, 0, () => terminal.error(describeError(error, terminal)));
      }
    },
  });
  try {
    await Promise.race([terminal.interrupted(), watching.failed]);
  } finally {
    await watching.close();
  }
  return exitCodes.fine;
}

function print(findings: Findings, options: CheckOptions, terminal: Terminal): void {
  const { diagnostics, warnings, policies, rules, compiled, milliseconds } = findings;
  if (options.json === true) {
    const ok = diagnostics.length === 0;
    terminal.out(JSON.stringify({ ok, policies, rules, compiled, milliseconds, diagnostics, warnings }));
    return;
  }
  printMistakes(warnings, terminal);
  const { colors } = terminal;
  const took = `in ${(milliseconds / 1000).toFixed(2)} s`;
  if (diagnostics.length === 0) {
    const what = `${countOf(policies, "policy", "policies")}, ${countOf(rules, "rule")}`;
    terminal.error(`${colors.green("checked")} ${what} ${took}: no mistakes`);
  } else {
    const count = printMistakes(diagnostics, terminal);
    terminal.error(`${colors.red("checked")} ${took}: ${count}`);
  }
}
