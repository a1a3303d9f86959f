import { writeRelease } from "@forego/bundles";
import { createPolicyCompiler, type Diagnostic, type LinkedRelease, linkRelease } from "@forego/compiler";
import type { Engine } from "@forego/core";
import { regoRules } from "@forego/ir";
import { createWasmEngine } from "@forego/wasm";
import { buildModule, parseRego } from "@forego/wasm/opa";
import { countOf, printMistakes } from "../print-mistakes.ts";
import { exitCodes, type Terminal } from "../terminal.ts";
import { nameOrigins } from "./name-origins.ts";
import {
  isSame,
  printVerified,
  readSample,
  reportMismatch,
  type VerifyChoices,
  verify,
} from "./verify-policies.ts";

/** Test vectors that a release carries: an engine is tried with them before it decides. */
const vectorCount = 50;

/** Options of `forego build`. */
export interface BuildOptions extends VerifyChoices {
  readonly out: string;
  readonly releaseVersion?: string;
  readonly server?: string;
  /** Whether to compare what the policies mean before anything is written. */
  readonly verify?: boolean;
}

/**
 * `forego build [dir] --out <dir>`: compiles, links and writes a release. With any mistake, and with `--verify` where
 * the engines differ, nothing is written.
 *
 * @throws ForegoError when there is no policy, no OPA, or the folder cannot be written.
 */
export async function build(dir: string, options: BuildOptions, terminal: Terminal): Promise<number> {
  const startedAt = performance.now();
  const sample = readSample(options);
  const compiler = createPolicyCompiler(dir, { parseRego });
  const { policies, diagnostics, warnings } = await compiler.compile().finally(() => compiler.close());
  if (diagnostics.length > 0) return reportMistakes(diagnostics, options, terminal);
  const { releaseVersion: version, server } = options;
  const linking = linkRelease(policies, {
    ...(version === undefined ? {} : { version }),
    ...(server === undefined ? {} : { server }),
  });
  if (!linking.ok) return reportMistakes(linking.diagnostics, options, terminal);
  const { release } = linking;
  if (options.json !== true) printMistakes(warnings, terminal);
  const module = await buildModule(release.bundles.flatMap(({ files }) => files)).catch((error: unknown) => {
    throw nameOrigins(error, release);
  });
  const verified =
    options.verify === true
      ? await verify(release, { dir, policies, modules: compiler.modules(), module, ...sample })
      : undefined;
  if (verified !== undefined && !isSame(verified)) return reportMismatch(verified, options, terminal);
  const { makeVectors } = await import("@forego/testing");
  const rego = regoRules(release.ir).map(({ id }) => id);
  const vectors = makeVectors(
    release.ir,
    vectorCount,
    rego.length === 0 ? undefined : answersOf(release, module),
  );
  const written = await writeRelease({ ...release, module, vectors }, options.out);
  if (options.json === true) {
    const { info } = release;
    const rules = info.rules.map(({ id }) => id);
    terminal.out(
      JSON.stringify({
        ok: true,
        digest: written.digest,
        version: info.version,
        rules,
        files: written.files,
        warnings,
        ...(rego.length === 0 ? {} : { not_proven: rego }),
        ...(verified === undefined ? {} : { verified }),
      }),
    );
    return exitCodes.fine;
  }
  if (verified !== undefined) printVerified(verified, terminal);
  const { colors } = terminal;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const names = Object.entries(release.info.bundles).map(([name, bundle]) => `${name} ${bundle.version}`);
  terminal.error(
    [
      `${colors.green("built")} release ${release.info.version} in ${seconds} s: ${countOf(policies.length, "policy", "policies")}, ${countOf(release.info.rules.length, "rule")}`,
      `  bundles  ${names.join(", ")}`,
      `  digest   ${written.digest}`,
      ...rego.map((id) => `  ${colors.yellow("not proven")}  ${id}: its condition is hand-written Rego`),
      ...written.files.map((file) => `  wrote    ${options.out}/${file}`),
    ].join("\n"),
  );
  return exitCodes.fine;
}

/** How the module answers: what only OPA can evaluate has no other answers to try an engine with. */
function answersOf(release: LinkedRelease, module: Uint8Array<ArrayBuffer>): Engine["evaluate"] {
  const data = { forego: Object.fromEntries(release.bundles.map((bundle) => [bundle.name, bundle.data])) };
  const info = { ...release.info, digest: "sha256:unwritten" };
  return createWasmEngine({ release: info, module, data }).evaluate;
}

function reportMistakes(
  diagnostics: readonly Diagnostic[],
  options: BuildOptions,
  terminal: Terminal,
): number {
  if (options.json === true) terminal.out(JSON.stringify({ ok: false, diagnostics }));
  else {
    const count = printMistakes(diagnostics, terminal);
    terminal.error(`${terminal.colors.red("not built")}: ${count}. Nothing was written.`);
  }
  return exitCodes.findings;
}
