import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeRelease } from "@forego/bundles";
import { type CompiledPolicy, compilePolicies, formatDiagnostic, linkRelease } from "@forego/compiler";
import { categories } from "@forego/core";
import { buildModule } from "@forego/wasm/opa";

const policyFolder = fileURLToPath(new URL("../policies", import.meta.url));
const limitFolder = fileURLToPath(new URL("../limits", import.meta.url));

/** Folders of releases, as `forego build` writes them. */
export interface BuiltReleases {
  /** All 30 rules in one module. */
  readonly linked: string;
  /** The same rules as one release a category. */
  readonly separate: readonly string[];
  /** All 30 rules, and a budget. */
  readonly limited: string;
  /** The same, and a rule that reads a fact. */
  readonly everything: string;
}

/**
 * Builds the benchmark's policies, into folders below the given one.
 *
 * @throws Error with the diagnostics when the policies do not compile, ForegoError FG3020 when there is no OPA.
 */
export async function buildReleases(dir: string): Promise<BuiltReleases> {
  const policies = await compile(policyFolder);
  const limits = await compile(limitFolder);
  const linked = await buildRelease(policies, dir);
  const separate: string[] = [];
  for (const category of categories) {
    const members = policies.filter((policy) => policy.category === category);
    separate.push(await buildRelease(members, dir));
  }
  const budget = limits.filter(({ name }) => name === "spend");
  const limited = await buildRelease([...policies, ...budget], dir);
  const everything = await buildRelease([...policies, ...limits], dir);
  return { linked, separate, limited, everything };
}

async function compile(folder: string): Promise<readonly CompiledPolicy[]> {
  const { policies, diagnostics } = await compilePolicies(folder);
  if (diagnostics.length > 0) throw new Error(diagnostics.map(formatDiagnostic).join("\n"));
  return policies;
}

async function buildRelease(policies: readonly CompiledPolicy[], dir: string): Promise<string> {
  const linking = linkRelease(policies);
  if (!linking.ok) throw new Error(linking.diagnostics.map(formatDiagnostic).join("\n"));
  const { release } = linking;
  const module = await buildModule(release.bundles.flatMap(({ files }) => files));
  const folder = await mkdtemp(join(dir, "release-"));
  await writeRelease({ ...release, module }, folder);
  return folder;
}
