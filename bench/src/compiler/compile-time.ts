import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPolicyCompiler, formatDiagnostic, linkRelease } from "@forego/compiler";
import { buildModule } from "@forego/wasm/opa";
import { writeManyPolicies } from "./many-policies.ts";

// How long compiling takes: a folder of policies from nothing, again when nothing, one policy or the helper that all
// import has changed, and to WASM. `npm run bench:compiler -- [policies] [rules]`

const [policies = 50, rules = 10] = process.argv.slice(2).map(Number);
const dir = await mkdtemp(join(tmpdir(), "forego-compile-time-"));
await writeManyPolicies(dir, { policies, rules });
const compiler = createPolicyCompiler(dir);

const compile = async () => {
  const { diagnostics, ...compilation } = await compiler.compile();
  if (diagnostics.length > 0) throw new Error(diagnostics.map(formatDiagnostic).join("\n"));
  return compilation.policies;
};

const link = async () => {
  const linking = linkRelease(await compile());
  if (!linking.ok) throw new Error(linking.diagnostics.map(formatDiagnostic).join("\n"));
  return linking.release;
};

try {
  await time("check, from nothing", link);
  await time("check, nothing changed", link);
  for (const file of ["policy-0.policy.ts", "policy-0.policy.ts", "policy-1.policy.ts", "shared.ts"]) {
    const path = join(dir, file);
    await writeFile(path, `${await readFile(path, "utf8")}\n// edited\n`);
    await time(`check, ${file} changed`, link);
  }
  const { bundles } = await link();
  await time("to WASM", () => buildModule(bundles.flatMap(({ files }) => files)));
} finally {
  compiler.close();
  await rm(dir, { recursive: true });
}

/** Prints how long work takes, and how much of that this process computed: the rest is waiting, or the machine's other work. */
async function time(name: string, work: () => Promise<unknown>): Promise<void> {
  const before = { at: performance.now(), cpu: process.cpuUsage() };
  await work();
  const milliseconds = Math.round(performance.now() - before.at);
  const { user, system } = process.cpuUsage(before.cpu);
  const computed = Math.round((user + system) / 1000);
  process.stdout.write(`${name.padEnd(36)}${milliseconds} ms (${computed} ms computed)\n`);
}
