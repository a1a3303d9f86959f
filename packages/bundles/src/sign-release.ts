import { join } from "node:path";
import type { ReleaseInfo } from "@forego/core";
import { packArchive } from "./archive.ts";
import { signFiles } from "./archive-signature.ts";
import { readArchives } from "./release-archives.ts";
import { readSigningKey, readVerificationKeys } from "./signature-key.ts";
import { writeWhole } from "./write-release.ts";

/** What was signed, or whose signatures hold: a release, and the archives of its folder. */
export interface SignedRelease {
  readonly info: ReleaseInfo;
  readonly files: readonly string[];
}

/** What to sign with. */
export interface SigningOptions {
  /** A private key in PEM: of the curve P-256 (ES256), P-384 or P-521, or RSA with at least 2,048 bits (RS256). */
  readonly key: string;
  /** The name that OPA servers' configurations have for the key. Defaults to `default`, as OPA's own does. */
  readonly keyId?: string;
}

/**
 * Signs the release of a folder, and the plain OPA bundles beside it, in the form that OPA verifies. The release's
 * digest stays as it is; a signature that is there is replaced. Where something is wrong with one, none is written.
 *
 * @throws ForegoError FG3038 when the key cannot be used, FG3030 to FG3032 when there is no release, or a file is not
 * of it, FG3034 when a file cannot be written.
 * @see https://www.openpolicyagent.org/docs/management-bundles/#signing
 */
export async function signRelease(
  dir: string,
  { key: pem, keyId = "default" }: SigningOptions,
): Promise<SignedRelease> {
  const key = readSigningKey(pem);
  const { release, archives } = await readArchives(dir);
  const signed = new Map<string, Uint8Array>();
  for (const [path, files] of archives)
    signed.set(path, await packArchive(await signFiles(files, key, keyId)));
  for (const [path, bytes] of signed) await writeWhole(join(dir, path), bytes);
  return { info: release.info, files: [...signed.keys()] };
}

/**
 * Holds the release of a folder, and the plain OPA bundles beside it, against their signatures and each other.
 *
 * @param keys public keys in PEM, or certificates: a signature by any one of them holds.
 * @throws ForegoError FG3037 when a signature is missing or does not hold, FG3038 when a key cannot be used, FG3030 to
 * FG3032 when there is no release, or a file is not of it.
 */
export async function verifyRelease(dir: string, keys: readonly string[]): Promise<SignedRelease> {
  const { release, archives } = await readArchives(dir, readVerificationKeys(keys));
  return { info: release.info, files: [...archives.keys()] };
}
