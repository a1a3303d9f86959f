import { gzipSync } from "node:zlib";
import { ForegoError } from "@forego/core";
import fc from "fast-check";
import { packTar, type TarEntry } from "modern-tar";
import { describe, expect, test } from "vitest";
import { packArchive, unpackArchive } from "./archive.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function archiveOf(entries: TarEntry[]): Promise<Uint8Array> {
  return gzipSync(await packTar(entries));
}

async function failureOf(archive: Uint8Array | Promise<Uint8Array>): Promise<string> {
  const error: unknown = await unpackArchive(await archive).catch((cause: unknown) => cause);
  if (!ForegoError.isForegoError(error))
    throw new Error("it was read, or failed otherwise", { cause: error });
  expect(error.code).toBe("FG3031");
  return error.message;
}

const file = (name: string, body = "x"): TarEntry => ({
  header: { name, size: body.length, type: "file" },
  body: bytes(body),
});

describe("packArchive", () => {
  test("gives the same bytes for the same files, in whatever order and whenever", async () => {
    const files = [
      ["b", bytes("2")],
      ["a", bytes("1")],
      ["c/d", bytes("3")],
    ] as const;
    const first = await packArchive(new Map(files));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const second = await packArchive(new Map([...files].reverse()));
    expect(Buffer.compare(first, second)).toBe(0);
  });

  test("is read back to the same files", async () => {
    const name = fc.stringMatching(/^[a-z]{1,8}(\/[a-z.]{1,3}x){0,3}$/);
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.uint8Array({ maxLength: 2000 })), async (content) => {
        const files = new Map(Object.entries(content).sort(([left], [right]) => (left < right ? -1 : 1)));
        expect([...(await unpackArchive(await packArchive(files)))]).toEqual([...files]);
      }),
      { numRuns: 50 },
    );
  });
});

describe("unpackArchive", () => {
  test("leaves out folders, and takes a leading slash for none", async () => {
    const archive = await archiveOf([{ header: { name: "a/", size: 0, type: "directory" } }, file("/a/b")]);
    expect([...(await unpackArchive(archive)).keys()]).toEqual(["a/b"]);
  });

  test.each(["../evil", "a/../../evil", "a/..", "..", "//etc/passwd", "./a", "a/./b", "a//b", "/../evil"])(
    "refuses the path '%s'",
    async (name) => {
      expect(await failureOf(archiveOf([file("good"), file(name)]))).toContain("a path that leads out of it");
    },
  );

  test.each(["symlink", "link", "character-device", "block-device", "fifo"] as const)(
    "refuses a %s",
    async (type) => {
      const header = { name: "a", size: 0, type, linkname: "/etc/passwd" };
      expect(await failureOf(archiveOf([{ header }]))).toContain("what is not a file");
    },
  );

  test.each([
    ["the same name", "a"],
    ["the same name with a slash", "/a"],
  ])("refuses two entries of %s", async (_what, name) => {
    expect(await failureOf(archiveOf([file("a", "1"), file(name, "2")]))).toContain("'a' twice");
  });

  test.each<[string, () => Uint8Array | Promise<Uint8Array>]>([
    ["nothing", () => new Uint8Array()],
    ["a text", () => bytes("not an archive")],
    ["a tar that is not compressed", () => packTar([file("a")])],
    ["compressed bytes that are no tar", () => gzipSync(bytes("x".repeat(5000)))],
    ["half a tar", async () => gzipSync((await packTar([file("a", "x".repeat(5000))])).slice(0, 2000))],
    ["an archive that is cut off", async () => (await archiveOf([file("a", "x".repeat(5000))])).slice(0, 60)],
    [
      "an archive with a byte changed",
      async () => {
        const archive = Uint8Array.from(await archiveOf([file("a", "abcdefghij".repeat(500))]));
        archive[40] = (archive[40] ?? 0) ^ 0xff;
        return archive;
      },
    ],
    ["a bomb", () => gzipSync(new Uint8Array(300 * 1024 * 1024), { level: 9 })],
  ])("refuses %s", async (_what, archive) => {
    expect(await failureOf(archive())).toContain("not a gzipped tar");
  });

  test.each([true, false])(
    "refuses half a million headers before it reads them (POSIX: %s)",
    async (isPosix) => {
      const header = Buffer.alloc(512);
      header.write("a");
      if (isPosix) header.write("ustar\u000000", 257);
      header.write("        ", 148);
      const sum = header.reduce((total, byte) => total + byte, 0);
      header.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148);
      const bomb = gzipSync(Buffer.alloc(250 * 1024 * 1024, header), { level: 1 });
      const startedAt = process.memoryUsage().rss;
      await expect(unpackArchive(bomb)).rejects.toThrow("more than 10000 entries");
      expect(process.memoryUsage().rss - startedAt).toBeLessThan(600 * 1024 * 1024);
    },
  );

  test("refuses more than 10,000 entries", async () => {
    const entries = Array.from({ length: 10_001 }, (_, index) => file(`a${index}`));
    expect(await failureOf(archiveOf(entries))).toContain("more than 10000 entries");
  });
});
