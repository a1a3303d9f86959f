import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ForegoError } from "@forego/core";
import { findOpa } from "./find-opa.ts";

const run = promisify(execFile);

/** Milliseconds that one run of OPA may take. */
const timeoutMs = 120_000;

/** Bytes of output that are read. */
const maxOutput = 512 * 1024 * 1024;

/** What a run of OPA came to. */
export type OpaRun =
  | { readonly ok: true; readonly stdout: string }
  | { readonly ok: false; readonly stdout: string; readonly stderr: string; readonly error: ForegoError };

/**
 * Runs OPA in a folder and answers with what it printed.
 *
 * @throws ForegoError FG3020 when there is no OPA, FG3022 when it fails; the message holds what OPA said.
 */
export async function runOpa(args: readonly string[], cwd: string): Promise<string> {
  const result = await askOpa(args, cwd);
  if (!result.ok) throw result.error;
  return result.stdout;
}

/**
 * Runs OPA in a folder, and answers with what it printed also where it fails.
 *
 * @throws ForegoError FG3020 when there is no OPA.
 */
export async function askOpa(args: readonly string[], cwd: string): Promise<OpaRun> {
  const opa = findOpa();
  try {
    const { stdout } = await run(opa, [...args], { cwd, timeout: timeoutMs, maxBuffer: maxOutput });
    return { ok: true, stdout };
  } catch (cause) {
    const failure = cause as { stderr?: string; stdout?: string; message: string };
    const { stderr = "", stdout = "", message } = failure;
    const said = (stderr.trim() || stdout.trim() || message).slice(0, 4000);
    const error = new ForegoError(
      "FG3022",
      `\`opa ${args[0] ?? ""}\` failed: ${said}.`,
      "if the policies compiled, this is a bug in Forego: please report it with the policy.",
      { cause },
    );
    return { ok: false, stdout, stderr, error };
  }
}
