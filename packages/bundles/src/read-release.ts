import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalDigest, ForegoError, type ReleaseInfo } from "@forego/core";
import { type ArchiveFiles, unpackArchive } from "./archive.ts";
import { signaturePath, verifyFiles } from "./archive-signature.ts";
import { digestBytes } from "./digest-bytes.ts";
import { releaseIndex, releasePaths, type TestVector, testVectors } from "./release-file.ts";
import { readVerificationKeys } from "./signature-key.ts";

/** Whose releases are taken. */
export interface ReleaseTrust {
  /**
   * Public keys in PEM, or certificates: a release that none of them signed is refused. Without keys, signatures are
   * not looked at.
   */
  readonly keys?: readonly string[];
  /**
   * Digests of releases, as `forego build` prints them: any other is refused, an older one with a good signature among
   * them. Defaults to any.
   */
  readonly digests?: readonly string[];
}

/** A release that was read, every file of it checked against its digest. */
export interface Release {
  readonly info: ReleaseInfo;
  readonly module: Uint8Array<ArrayBuffer>;
  /** The document at `data`. */
  readonly data: unknown;
  readonly ir: unknown;
  readonly sourceMap: unknown;
  /** Inputs with their answers, by which an engine is tried before it decides. */
  readonly vectors: readonly TestVector[];
  /** Whether somebody signed it: by a key that is trusted, where keys were named. */
  readonly isSigned: boolean;
}

/** Where a folder has its release. */
export const releaseFile = "release.tar.gz";

/**
 * Reads the `release.tar.gz` of a folder.
 *
 * @throws ForegoError FG3030 when the folder has none, FG3031 when it is damaged, FG3032 when a file is not what the
 * release says, or the release is of a form that this version does not read; FG3037 when it is not signed by one of
 * the keys, FG3038 when a key cannot be used, FG3041 when its digest is not one of those that are named.
 */
export async function readRelease(dir: string, trust: ReleaseTrust = {}): Promise<Release> {
  return parseRelease(await readReleaseFile(dir), trust);
}

/** The bytes of the release of a folder. @throws ForegoError FG3030 when the folder has none. */
export async function readReleaseFile(dir: string): Promise<Uint8Array> {
  const path = join(dir, releaseFile);
  try {
    return await readFile(path);
  } catch (cause) {
    const problem = `There is no release at '${path}'.`;
    const fix = "build one with `forego build <policies> --out <folder>`, and name that folder.";
    throw new ForegoError("FG3030", problem, fix, { cause });
  }
}

/** Reads a release from the bytes of its archive; throws as {@link readRelease} does. */
export async function parseRelease(
  bytes: Uint8Array,
  { keys, digests }: ReleaseTrust = {},
): Promise<Release> {
  const files = await unpackArchive(bytes);
  // before anything of it is looked at
  if (keys !== undefined) await verifyFiles(releaseFile, files, readVerificationKeys(keys));
  const release = releaseOf(files);
  // fail closed: a release that was good once need not be any more
  if (digests?.includes(release.info.digest) === false) throw notNamed(release.info.digest);
  return release;
}

/** The release that an archive's files are; throws as {@link readRelease} does. Whether it is trusted is not asked. */
export function releaseOf(files: ArchiveFiles): Release {
  const raw = parseJson(files, releasePaths.index);
  const index = parseIndex(raw);
  if (!index.success) {
    const where = index.error.issues[0]?.path.join(".") ?? "";
    throw mismatch(`its index is not of a form that this version reads (at '${where}')`);
  }
  const { info, files: digests } = index.data;
  for (const [path, content] of files) {
    if (path === releasePaths.index || path === signaturePath) continue;
    // fail closed: a file that the index does not name, or names otherwise, makes the release none
    const expected = Object.hasOwn(digests, path) ? digests[path] : undefined;
    if (expected !== digestBytes(content))
      throw mismatch(`'${path}' is not the file that the release was built with`);
  }
  const absent = Object.keys(digests).find((path) => !files.has(path));
  if (absent !== undefined) throw mismatch(`'${absent}' is not in the archive`);
  return {
    info: { ...info, digest: digestIndex(raw) },
    module: new Uint8Array(requireFile(files, releasePaths.module)),
    data: parseJson(files, releasePaths.data),
    ir: parseJson(files, releasePaths.ir),
    sourceMap: parseJson(files, releasePaths.sourceMap),
    vectors: parseVectors(files),
    isSigned: files.has(signaturePath),
  };
}

function parseIndex(raw: unknown): ReturnType<typeof releaseIndex.safeParse> {
  try {
    return releaseIndex.safeParse(raw);
  } catch (cause) {
    throw mismatch("its index is nested too deeply", cause);
  }
}

function digestIndex(raw: unknown): string {
  try {
    return canonicalDigest(raw);
  } catch (cause) {
    throw mismatch("its index holds what has no canonical form", cause);
  }
}

function parseVectors(files: ArchiveFiles): readonly TestVector[] {
  const vectors = testVectors.safeParse(parseJson(files, releasePaths.vectors));
  if (vectors.success) return vectors.data;
  throw mismatch(`'${releasePaths.vectors}' does not hold inputs with their answers`);
}

function parseJson(files: ArchiveFiles, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(requireFile(files, path)));
  } catch (cause) {
    if (ForegoError.isForegoError(cause)) throw cause;
    throw mismatch(`'${path}' is not JSON`, cause);
  }
}

function requireFile(files: ArchiveFiles, path: string): Uint8Array {
  const content = files.get(path);
  if (content === undefined) throw mismatch(`'${path}' is not in the archive`);
  return content;
}

function notNamed(digest: string): ForegoError {
  return new ForegoError(
    "FG3041",
    `The release ${digest} is not one of those that may be loaded.`,
    "name its digest in `digests` where it is meant to decide, or load one that is named there.",
  );
}

function mismatch(problem: string, cause?: unknown): ForegoError {
  return new ForegoError(
    "FG3032",
    `The release cannot be used: ${problem}.`,
    "fetch or build it again, with the version of Forego that the application uses.",
    cause === undefined ? {} : { cause },
  );
}
