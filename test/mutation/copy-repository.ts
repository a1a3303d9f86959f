import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { root } from "../support/repository.ts";

/** Copies the repository's sources into a temporary folder; what is installed is linked. The caller removes it. */
export function copyRepository(): string {
  const copy = mkdtempSync(join(realpathSync(tmpdir()), "forego-mutation-"));
  const isSource = (path: string) =>
    !/^(?:bench\/results|(?:.*\/)?(?:node_modules|dist|out|\.git))$/.test(relative(root, path));
  cpSync(root, copy, { recursive: true, filter: isSource });
  linkInstalled("node_modules", copy);
  linkInstalled("node_modules/@forego", copy);
  return copy;
}

function linkInstalled(folder: string, copy: string): void {
  mkdirSync(join(copy, folder), { recursive: true });
  for (const name of readdirSync(join(root, folder))) {
    if (name.startsWith(".") || name === "@forego") continue;
    const path = join(root, folder, name);
    const below = relative(root, realpathSync(path));
    // a workspace is one of the copy's own
    const target = below.startsWith("node_modules") || below.startsWith("..") ? path : join(copy, below);
    symlinkSync(target, join(copy, folder, name));
  }
}
