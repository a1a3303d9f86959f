import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { ForegoError } from "@forego/core";
import { z } from "zod";
import { type ArchiveFiles, unpackArchive } from "./archive.ts";
import { signaturePath } from "./archive-signature.ts";
import { parseRelease, type Release, readReleaseFile, releaseFile } from "./read-release.ts";

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
 * Reads the release of a folder and the plain OPA bundles beside it, and holds them against each other.
 *
 * @throws ForegoError FG3030 to FG3032 when there is no release, it is damaged, or a bundle is not of it.
 */
export async function readArchives(dir: string): Promise<ReleaseArchives> {
  const bytes = await readReleaseFile(dir);
  const release = await parseRelease(bytes);
  const parts = await unpackArchive(bytes);
  const archives = new Map<string, ArchiveFiles>();
  for (const name of [...Object.keys(release.info.bundles), "decision"]) {
    const path = `opa/${name}.tar.gz`;
    const bundle = await readFile(join(dir, path)).catch(() => undefined);
    // a release that goes to no OPA server needs none
    if (bundle === undefined) continue;
    const files = await unpackArchive(bundle);
    // fail closed: what is not of the release is neither signed as part of it, nor said to be
    if (!isOf(release, parts, name, files)) throw notOf(path);
    archives.set(path, files);
  }
  return { release, archives: archives.set(releaseFile, parts) };
}

/** Whether a bundle says that it is of the release, and holds its Rego and its data and nothing else. */
function isOf(release: Release, parts: ArchiveFiles, name: string, files: ArchiveFiles): boolean {
  const data = release.data as { readonly forego?: Readonly<Record<string, unknown>> };
  return [...files].every(([path, bytes]) => {
    if (path === signaturePath) return true;
    if (path === ".manifest") {
      const said = manifest.safeParse(parse(bytes)).data;
      const isOwn = said?.metadata["dev.forego/bundle"].release === release.info.digest;
      return isOwn && isDeepStrictEqual(said.roots, [`forego/${name}`]);
    }
    if (path === "data.json") {
      return isDeepStrictEqual(parse(bytes), { forego: { [name]: data.forego?.[name] } });
    }
    const own = parts.get(path);
    return own !== undefined && Buffer.compare(own, bytes) === 0;
  });
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function notOf(path: string): ForegoError {
  return new ForegoError(
    "FG3032",
    `'${path}' is not of the release that it lies beside.`,
    "build both again with `forego build`, into a folder of their own.",
  );
}
