import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Release, readRelease, writeRelease } from "@forego/bundles";
import { compilePolicies, formatDiagnostic, type LinkOptions, linkRelease } from "@forego/compiler";
import { regoRules } from "@forego/ir";
import { makeVectors } from "@forego/testing";
import { createWasmEngine } from "@forego/wasm";
import { buildModule, parseRego } from "@forego/wasm/opa";

/** A release that was really compiled, linked, built by OPA, written and read again. */
export interface BuiltRelease {
  /** What `forego build --out` leaves: `release.tar.gz` and `opa/*.tar.gz`. */
  readonly dir: string;
  readonly release: Release;
  /** Removes the folder; the release itself stays usable. */
  remove(): Promise<void>;
}

/** Files of a policy folder, by path: `x.policy.ts`, `x.data.json`. */
export type PolicyFiles = Readonly<Record<string, string>>;

/** Writes files into a temporary folder of their own; the caller removes it. */
export async function writeFolder(files: PolicyFiles): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "forego-test-"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return dir;
}

/** Builds a release from policies as `forego build` does, with the real OPA; throws with the diagnostics of mistakes. */
export async function buildRelease(files: PolicyFiles, options: LinkOptions = {}): Promise<BuiltRelease> {
  const sources = await writeFolder(files);
  try {
    return await buildReleaseOf(sources, options);
  } finally {
    await rm(sources, { recursive: true });
  }
}

/** Builds a release from the policies of a folder, in the same way. */
export async function buildReleaseOf(sources: string, options: LinkOptions = {}): Promise<BuiltRelease> {
  const { policies, diagnostics } = await compilePolicies(sources, { parseRego });
  if (diagnostics.length > 0) throw new Error(diagnostics.map(formatDiagnostic).join("\n"));
  const linking = linkRelease(policies, options);
  if (!linking.ok) throw new Error(linking.diagnostics.map(formatDiagnostic).join("\n"));
  const module = await buildModule(linking.release.bundles.flatMap((bundle) => bundle.files));
  const dir = await mkdtemp(join(tmpdir(), "forego-test-"));
  const { info, bundles, ir } = linking.release;
  const data = { forego: Object.fromEntries(bundles.map((bundle) => [bundle.name, bundle.data])) };
  const asked = createWasmEngine({ release: { ...info, digest: "sha256:unwritten" }, module, data });
  const vectors = makeVectors(ir, 20, regoRules(ir).length === 0 ? undefined : asked.evaluate);
  await writeRelease({ ...linking.release, module, vectors }, dir);
  const release = await readRelease(dir);
  return { dir, release, remove: () => rm(dir, { recursive: true, force: true }) };
}
