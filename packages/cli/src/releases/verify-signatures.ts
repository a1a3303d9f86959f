import { verifyRelease } from "@forego/bundles";
import { ForegoError } from "@forego/core";
import { describeError } from "../describe-error.ts";
import { readText } from "../read-text.ts";
import { exitCodes, type Terminal } from "../terminal.ts";
import { printSigned } from "./print-signed.ts";

/** Options of `forego verify`. */
export interface VerifySignaturesOptions {
  readonly bundles: string;
  readonly key: readonly string[];
  readonly json?: boolean;
}

/** What is wrong with a release, and not with how the command was called. */
const findings = ["FG3031", "FG3032", "FG3037"];

/**
 * `forego verify --bundles <dir> --key <file>`: whether a release, and the plain OPA bundles beside it, are what
 * somebody signed whose key is named. What is not is a finding.
 *
 * @throws ForegoError when a key cannot be used, or there is no release.
 */
export async function verifySignatures(
  options: VerifySignaturesOptions,
  terminal: Terminal,
): Promise<number> {
  const keys = await Promise.all(options.key.map((file) => readText(file, terminal)));
  const verified = await verifyRelease(options.bundles, keys).catch((error: unknown) => {
    if (ForegoError.isForegoError(error) && findings.includes(error.code)) return error;
    throw error;
  });
  if (ForegoError.isForegoError(verified)) {
    if (options.json === true)
      terminal.out(JSON.stringify({ ok: false, code: verified.code, problem: verified.message }));
    else terminal.error(describeError(verified, terminal));
    return exitCodes.findings;
  }
  printSigned(verified, { release: "verified", file: "holds" }, options, terminal);
  return exitCodes.fine;
}
