import type { SignedRelease } from "@forego/bundles";
import type { Terminal } from "../terminal.ts";

/** How it is said to people what became of a release, and of each of its files. */
export interface SignedWords {
  readonly release: string;
  readonly file: string;
}

/** Tells which release was signed, or is, and which files of a folder with it: people in words, machines in JSON. */
export function printSigned(
  { info, files }: SignedRelease,
  words: SignedWords,
  { bundles, json }: { readonly bundles: string; readonly json?: boolean },
  terminal: Terminal,
): void {
  const { digest, version } = info;
  if (json === true) {
    terminal.out(JSON.stringify({ ok: true, digest, version, files }));
    return;
  }
  const lines = [
    `${terminal.colors.green(words.release)} release ${version}`,
    `  digest   ${digest}`,
    ...files.map((file) => `  ${words.file.padEnd(8)} ${bundles}/${file}`),
  ];
  terminal.error(lines.join("\n"));
}
