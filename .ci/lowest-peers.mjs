// Prints the lowest version of each host that the adapters' peer ranges take, as `npm install` wants them.

import { readFileSync } from "node:fs";

const adapters = ["langchain", "ai-sdk", "mcp"];
const hosts = new Map();
for (const adapter of adapters) {
  const manifest = new URL(`../packages/${adapter}/package.json`, import.meta.url);
  const { peerDependencies = {}, peerDependenciesMeta = {} } = JSON.parse(readFileSync(manifest, "utf8"));
  for (const [name, range] of Object.entries(peerDependencies)) {
    const lowest = /^\^(\d+\.\d+\.\d+)$/.exec(range)?.[1];
    if (lowest === undefined && peerDependenciesMeta[name]?.optional === true) continue;
    if (lowest === undefined)
      throw new Error(`${adapter}: the range of ${name} does not say where it begins: ${range}`);
    hosts.set(name, lowest);
  }
}
process.stdout.write([...hosts].map(([name, version]) => `${name}@${version}`).join(" "));
