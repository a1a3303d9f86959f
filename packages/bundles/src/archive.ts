import { gunzipSync, gzipSync } from "node:zlib";
import { ForegoError } from "@forego/core";
import { packTar, unpackTar } from "modern-tar";

/** Files of an archive by their paths. */
export type ArchiveFiles = ReadonlyMap<string, Uint8Array>;

/** Bounds of an archive that is read. */
const maxEntries = 10_000;
const maxBytes = 256 * 1024 * 1024;

/** Packs files into a gzipped tar: the same files give the same bytes, whenever and wherever. */
export async function packArchive(files: ArchiveFiles): Promise<Uint8Array> {
  const names = [...files.keys()].sort();
  const entries = names.map((name) => {
    const body = files.get(name) ?? new Uint8Array();
    return { header: { name, size: body.byteLength, mtime: new Date(0), mode: 0o644, uid: 0, gid: 0 }, body };
  });
  return gzipSync(await packTar(entries), { level: 9 });
}

/**
 * Unpacks a gzipped tar into memory. Nothing of it touches the disk.
 *
 * @throws ForegoError FG3031 when it is damaged, larger than 256 MiB or 10,000 entries, or holds what is not a plain
 * file below its root: links, absolute paths, `..`, or a name twice.
 */
export async function unpackArchive(bytes: Uint8Array): Promise<ArchiveFiles> {
  const tar = inflate(bytes);
  const tooMany = () => damaged(`it has more than ${maxEntries} entries`);
  // reading a header takes a thousand times what it is long: an entry has up to three
  if (countHeaders(tar) > 3 * maxEntries) throw tooMany();
  const entries = await readEntries(tar);
  if (entries.length > maxEntries) throw tooMany();
  const files = new Map<string, Uint8Array>();
  for (const { header, data } of entries) {
    if (header.type === "directory") continue;
    if (header.type !== undefined && header.type !== "file") throw damaged("it holds what is not a file");
    const name = header.name.replace(/^\//, "");
    const isPlain =
      name !== "" && name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
    if (!isPlain) throw damaged("it holds a path that leads out of it");
    if (files.has(name)) throw damaged(`it holds '${name}' twice`);
    files.set(name, data ?? new Uint8Array());
  }
  return files;
}

function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    throw damaged("it is not a gzipped tar", cause);
  }
}

async function readEntries(tar: Uint8Array) {
  try {
    return await unpackTar(tar, { strict: true });
  } catch (cause) {
    throw damaged("it is not a gzipped tar", cause);
  }
}

const blockSize = 512;
/** Where a header has its checksum: octal digits and spaces, up to a NUL. */
const checksumAt = 148;
const checksumForm = /^ *[0-7][0-7 ]*(?:\0|$)/;

/** How many blocks look like headers: at least as many as there are. */
function countHeaders(tar: Uint8Array): number {
  const view = Buffer.from(tar.buffer, tar.byteOffset, tar.byteLength);
  let count = 0;
  for (let at = checksumAt; at + 8 <= view.length; at += blockSize) {
    if (checksumForm.test(view.toString("latin1", at, at + 8))) count += 1;
  }
  return count;
}

function damaged(problem: string, cause?: unknown): ForegoError {
  return new ForegoError(
    "FG3031",
    `The archive cannot be read: ${problem}.`,
    "fetch or build it again; a release is not read in part.",
    cause === undefined ? {} : { cause },
  );
}
