import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { ForegoError } from "@forego/core";
import { z } from "zod";
import { type ArchiveFiles, unpackArchive } from "./archive.ts";
import { signaturePath, verifyFiles } from "./archive-signature.ts";
import { jsonOf } from "./json-of.ts";
import { type Release, readReleaseFile, releaseFile, releaseOf } from "./read-release.ts";
import type { SignatureKey } from "./signature-key.ts";

/** A release with the archives of its folder. */
export interface ReleaseArchives {
  readonly release: Release;
  /** What each archive holds, by its path in the folder: the plain OPA bundles that are there, the release last. */
  readonly archives: ReadonlyMap<string, ArchiveFiles>;
}

const manifest = z.object({
  roots: z.array(z.string()),
  metadata: z.object({ "dev.forego/bundle": z.object({ release: z.string() }) }),
});

/**
 * Reads the release of a folder and the plain OPA bundles beside it, each of which was signed where there are `keys`,
 * and holds them against each other.
 *
 * @throws ForegoError FG3030 to FG3032 when there is no release, it is damaged, or a bundle is not of it; FG3037 when
 * one is not signed by any of the keys.
 */
export async function readArchives(dir: string, keys?: readonly SignatureKey[]): Promise<ReleaseArchives> {
  const verify = async (path: string, files: ArchiveFiles) => {
    if (keys !== undefined) await verifyFiles(path, files, keys);
  };
  const parts = await unpackArchive(await readReleaseFile(dir));
  await verify(releaseFile, parts);
  const release = releaseOf(parts);
  const names = [...Object.keys(release.info.bundles), "decision"];
  const archives = new Map<string, ArchiveFiles>();
  // a release that goes to no OPA server needs none
  for (const file of await listBundles(join(dir, "opa"))) {
    const path = `opa/${file}`;
    const name = file.slice(0, -suffix.length);
    const files = await unpackArchive(await readFile(join(dir, path)));
    await verify(path, files);
    // fail closed: what is not of the release is neither signed as part of it, nor said to be
    if (!names.includes(name) || !isOf(release, parts, name, files)) throw notOf(path);
    archives.set(path, files);
  }
  return { release, archives: archives.set(releaseFile, parts) };
}

const suffix = ".tar.gz";

async function listBundles(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((file) => file.endsWith(suffix)).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw cause;
  }
}

/** Whether a bundle says that it is of the release, and holds its Rego and its data, all of it and nothing else. */
function isOf(release: Release, parts: ArchiveFiles, name: string, files: ArchiveFiles): boolean {
  const data = release.data as { readonly forego?: Readonly<Record<string, unknown>> };
  const own = [...parts.keys()].filter((path) => path.startsWith(`forego/${name}/`));
  if (![".manifest", "data.json", ...own].every((path) => files.has(path))) return false;
  return [...files].every(([path, bytes]) => {
    if (path === signaturePath) return true;
    if (path === ".manifest") {
      const said = manifest.safeParse(jsonOf(bytes)).data;
      const isOwn = said?.metadata["dev.forego/bundle"].release === release.info.digest;
      return isOwn && isDeepStrictEqual(said.roots, [`forego/${name}`]);
    }
    if (path === "data.json") {
      return isDeepStrictEqual(jsonOf(bytes), { forego: { [name]: data.forego?.[name] } });
    }
    const part = own.includes(path) ? parts.get(path) : undefined;
    return part !== undefined && Buffer.compare(part, bytes) === 0;
  });
}

function notOf(path: string): ForegoError {
  return new ForegoError(
    "FG3032",
    `'${path}' is not of the release that it lies beside.`,
    "build both again with `forego build`, into a folder of their own.",
  );
}
