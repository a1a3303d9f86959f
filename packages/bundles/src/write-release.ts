import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { canonicalDigest, categories, ForegoError, type ReleaseInfo } from "@forego/core";
import { type ArchiveFiles, packArchive } from "./archive.ts";
import { dataJson } from "./data-json.ts";
import { digestBytes } from "./digest-bytes.ts";
import { releaseFormat, releasePaths, type TestVector } from "./release-file.ts";

/** A bundle as the linker made it: a category, or `decision`. */
export interface BundleContent {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  /** Rego files, by path. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** The document at `data.forego.<name>`. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A release as the linker made it, with its compiled module. */
export interface ReleaseContent {
  readonly info: Omit<ReleaseInfo, "digest">;
  readonly bundles: readonly BundleContent[];
  readonly ir: unknown;
  readonly sourceMap: unknown;
  /** Defaults to none. */
  readonly vectors?: readonly TestVector[];
  readonly module: Uint8Array;
}

/** What was written: the release's digest, and the paths of its files below the folder. */
export interface WrittenRelease {
  readonly digest: string;
  readonly files: readonly string[];
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const encodeJson = (value: unknown): Uint8Array => encode(`${JSON.stringify(value)}\n`);
/** What OPA hashes by its value, in a signature, has the digest of its bytes so. */
const encodeData = (value: unknown): Uint8Array => encode(dataJson(value));

/**
 * Writes `release.tar.gz`, and the same Rego as plain OPA bundles: `opa/<category>.tar.gz` and `opa/decision.tar.gz`.
 * Each file appears whole or not at all, the release last; bundles of categories that it does not have are removed. The
 * same content gives the same bytes.
 *
 * @throws ForegoError FG3034 when a file cannot be written.
 */
export async function writeRelease(content: ReleaseContent, dir: string): Promise<WrittenRelease> {
  const { files: parts, digest } = releaseFiles(content);
  const archives = new Map<string, Uint8Array>();
  for (const bundle of content.bundles) {
    archives.set(`opa/${bundle.name}.tar.gz`, await packArchive(bundleFiles(bundle, content.info, digest)));
  }
  archives.set("release.tar.gz", await packArchive(parts));
  for (const [path, bytes] of archives) await writeWhole(join(dir, path), bytes);
  // an OPA that is given the folder would load what an earlier release has left there
  const left = categories.map((name) => `opa/${name}.tar.gz`).filter((path) => !archives.has(path));
  for (const path of left) await rm(join(dir, path), { force: true });
  return { digest, files: [...archives.keys()] };
}

function releaseFiles(content: ReleaseContent): { readonly files: ArchiveFiles; readonly digest: string } {
  const files = new Map<string, Uint8Array>([
    [releasePaths.module, content.module],
    [
      releasePaths.data,
      encodeData({ forego: Object.fromEntries(content.bundles.map(({ name, data }) => [name, data])) }),
    ],
    [releasePaths.ir, encodeJson(content.ir)],
    [releasePaths.sourceMap, encodeJson(content.sourceMap)],
    [releasePaths.vectors, encodeJson(content.vectors ?? [])],
  ]);
  for (const { path, text } of content.bundles.flatMap((bundle) => bundle.files))
    files.set(path, encode(text));
  const digests = [...files].map(([path, bytes]) => [path, digestBytes(bytes)] as const);
  const index = { format: releaseFormat, info: content.info, files: Object.fromEntries(digests.sort()) };
  files.set(releasePaths.index, encodeJson(index));
  return { files, digest: canonicalDigest(index) };
}

/**
 * A plain OPA bundle. Its manifest has no `wasm` key, so that any OPA loads it; `rego_version` and the import of
 * `rego.v1` stand side by side for OPA before and after 1.0.
 */
function bundleFiles(bundle: BundleContent, info: ReleaseContent["info"], release: string): ArchiveFiles {
  const manifest = {
    revision: bundle.digest,
    roots: [`forego/${bundle.name}`],
    rego_version: 1,
    metadata: {
      "dev.forego/bundle": {
        format: releaseFormat,
        version: bundle.version,
        release,
        release_version: info.version,
      },
    },
  };
  const files = new Map<string, Uint8Array>([
    [".manifest", encodeData(manifest)],
    ["data.json", encodeData({ forego: { [bundle.name]: bundle.data } })],
  ]);
  for (const { path, text } of bundle.files) files.set(path, encode(text));
  return files;
}

/**
 * Writes a file so that it appears whole or not at all.
 *
 * @throws ForegoError FG3034 when it cannot be written.
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, bytes);
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {});
    const fix = "name a folder that may be written, with room for a release.";
    throw new ForegoError("FG3034", `The file '${path}' cannot be written.`, fix, { cause });
  }
}
