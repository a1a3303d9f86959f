import { mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./repository.ts";

/** Makes a temporary folder whose files can import what the project has installed; the caller removes it. */
export async function makeModuleFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "forego-test-"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  return folder;
}
