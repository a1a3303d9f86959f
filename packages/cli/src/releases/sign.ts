import { signRelease } from "@forego/bundles";
import { readText } from "../read-text.ts";
import { exitCodes, type Terminal } from "../terminal.ts";
import { printSigned } from "./print-signed.ts";

/** Options of `forego sign`. */
export interface SignOptions {
  readonly bundles: string;
  readonly key: string;
  readonly keyId: string;
  readonly json?: boolean;
}

/**
 * `forego sign --bundles <dir> --key <file>`: signs the release of a folder, and the plain OPA bundles beside it.
 * Building runs policy modules, signing runs nothing: so the key is not where the policies are.
 *
 * @throws ForegoError when the key or the release cannot be used.
 */
export async function sign(options: SignOptions, terminal: Terminal): Promise<number> {
  const key = await readText(options.key, terminal);
  const signed = await signRelease(options.bundles, { key, keyId: options.keyId });
  printSigned(signed, { release: "signed", file: "signed" }, options, terminal);
  return exitCodes.fine;
}
