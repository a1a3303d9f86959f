import { ForegoError } from "@forego/core";
import { CompactSign, compactVerify } from "jose";
import { z } from "zod";
import type { ArchiveFiles } from "./archive.ts";
import { digestBytes } from "./digest-bytes.ts";
import { jsonOf } from "./json-of.ts";
import type { SignatureKey } from "./signature-key.ts";

/** Where an archive holds its signature. */
export const signaturePath = ".signatures.json";

const signatureFile = z.object({ signatures: z.tuple([z.string()]) });

const claims = z.object({
  files: z.array(z.object({ name: z.string(), hash: z.string(), algorithm: z.literal("SHA-256") })),
  // fail closed: a signature that holds for a scope only is none here, where no scope is asked for
  scope: z.literal("").optional(),
});

/** The files of an archive with a signature over all of them, in OPA's form. A signature that is there is replaced. */
export async function signFiles(
  files: ArchiveFiles,
  { key, alg }: SignatureKey,
  keyId: string,
): Promise<ArchiveFiles> {
  const signed = unsigned(files).map(([name, bytes]) => ({
    name,
    hash: hashOf(bytes),
    algorithm: "SHA-256",
  }));
  // OPA looks for the key's name in either place
  const payload = new TextEncoder().encode(JSON.stringify({ files: signed, keyid: keyId }));
  const signature = await new CompactSign(payload).setProtectedHeader({ alg, kid: keyId }).sign(key);
  const file = new TextEncoder().encode(JSON.stringify({ signatures: [signature] }));
  return new Map([...files, [signaturePath, file]]);
}

/**
 * Holds an archive against its signature: made with one of the keys, over these files and no others.
 *
 * @throws ForegoError FG3037 when there is none, or it does not hold.
 */
export async function verifyFiles(
  path: string,
  files: ArchiveFiles,
  keys: readonly SignatureKey[],
): Promise<void> {
  const refused = (problem: string) => untrusted(path, problem);
  const file = files.get(signaturePath);
  // fail closed: who names keys takes nothing that nobody signed
  if (file === undefined) throw refused("nobody signed it");
  const payload = await verifiedPayload(file, keys);
  // fail closed: a signature by a key that is not trusted says nothing
  if (payload === undefined) throw refused("its signature was not made with a key that is trusted");
  const signed = claims.safeParse(jsonOf(payload));
  if (!signed.success) throw refused("its signature does not say what it was made for");
  const hashes = new Map(signed.data.files.map(({ name, hash }) => [name, hash]));
  for (const [name, bytes] of unsigned(files)) {
    // fail closed: a file that was added or changed after the signature makes all of it untrusted
    if (hashes.get(name) !== hashOf(bytes)) throw refused(`'${name}' is not the file that was signed`);
  }
  const absent = [...hashes.keys()].find((name) => !files.has(name));
  if (absent !== undefined) throw refused(`'${absent}', which was signed, is not there`);
}

/** What was signed, by whichever of the keys it was; each key with its own algorithm only. */
async function verifiedPayload(
  file: Uint8Array,
  keys: readonly SignatureKey[],
): Promise<Uint8Array | undefined> {
  const read = signatureFile.safeParse(jsonOf(file));
  const [signature] = read.data?.signatures ?? [];
  if (signature === undefined) return undefined;
  for (const { key, alg } of keys) {
    const verified = await compactVerify(signature, key, { algorithms: [alg] }).catch(() => undefined);
    if (verified !== undefined) return verified.payload;
  }
  return undefined;
}

function unsigned(files: ArchiveFiles): readonly (readonly [string, Uint8Array])[] {
  return [...files].filter(([name]) => name !== signaturePath);
}

function hashOf(bytes: Uint8Array): string {
  return digestBytes(bytes).slice("sha256:".length);
}

function untrusted(path: string, problem: string): ForegoError {
  return new ForegoError(
    "FG3037",
    `'${path}' is not trusted: ${problem}.`,
    "have it signed with `forego sign` by whoever holds a key that is trusted, or name the key that it was signed with.",
  );
}
