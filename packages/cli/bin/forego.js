#!/usr/bin/env node
// The command `forego`. Published, it runs what was built; in the repository it runs the sources, so that a fresh
// clone has a working command before anything is built. Node below 22.15 hands over to the Node that the repository
// installs, where there is one.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const isOld = major < 22 || (major === 22 && minor < 15);
const source = new URL("../src/index.ts", import.meta.url);
// a published package has no project file
const isRepository = existsSync(new URL("../tsconfig.json", import.meta.url));

if (isOld) {
  const newer = fileURLToPath(new URL("../../../node_modules/node/bin/node", import.meta.url));
  if (!existsSync(newer)) {
    process.stderr.write(`forego needs Node 22.15 or later, and this is ${process.versions.node}.\n`);
    process.exit(2);
  }
  const run = spawnSync(newer, process.argv.slice(1), { stdio: "inherit" });
  process.exit(run.status ?? 2);
}

if (isRepository) {
  nodeModule.registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: ["@forego/source", ...context.conditions] }),
  });
}

const { main } = await import(isRepository ? source.href : new URL("../dist/index.js", import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
