import { signRelease } from "@forego/bundles";
import { readText } from "./read-text.ts";
import { exitCodes, type Terminal } from "./terminal.ts";

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
  const { info, files } = await signRelease(options.bundles, { key, keyId: options.keyId });
  if (options.json === true) {
    terminal.out(JSON.stringify({ ok: true, digest: info.digest, version: info.version, files }));
    return exitCodes.fine;
  }
  const { colors } = terminal;
  terminal.error(
    [
      `${colors.green("signed")} release ${info.version}`,
      `  digest   ${info.digest}`,
      ...files.map((file) => `  signed   ${options.bundles}/${file}`),
    ].join("\n"),
  );
  return exitCodes.fine;
}
