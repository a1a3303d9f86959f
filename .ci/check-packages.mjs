// Checks every package as it would be published: its manifest with publint, its types with are-the-types-wrong.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const run = promisify(execFile);
const folders = ["dsl", ...(await readdir("packages")).map((name) => `packages/${name}`)];
let problems = 0;

for (const folder of folders) {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const { messages } = await publint({ pkgDir: folder, strict: true, pack: "npm" });
  for (const message of messages) {
    problems += 1;
    process.stdout.write(`${manifest.name}: ${formatMessage(message, manifest)}\n`);
  }
  problems += await checkTypes(folder, manifest);
}

process.stdout.write(`${folders.length} packages, ${problems} problems\n`);
process.exitCode = problems === 0 ? 0 : 1;

async function checkTypes(folder, { name }) {
  const dir = await mkdtemp(join(tmpdir(), "forego-pack-"));
  try {
    await run("npm", ["pack", "--pack-destination", dir], { cwd: folder });
    const [tarball] = await readdir(dir);
    await run("attw", [
      join(dir, tarball),
      "--profile",
      "esm-only",
      "--exclude-entrypoints",
      "contract-1.schema.json",
    ]);
    return 0;
  } catch (error) {
    process.stdout.write(`${name}: ${error.stdout || error.message}\n`);
    return 1;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
