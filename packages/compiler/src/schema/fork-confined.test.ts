import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { forkConfined } from "./fork-confined.ts";

const dir = mkdtempSync(join(tmpdir(), "forego-confined-"));
afterAll(() => rmSync(dir, { recursive: true }));

const written = join(dir, "written.txt");
const program = `
  const { readFileSync, writeFileSync } = require("node:fs");
  const { spawnSync } = require("node:child_process");
  const { Worker } = require("node:worker_threads");
  const attempt = (work) => {
    try {
      work();
      return "done";
    } catch (error) {
      return error.code;
    }
  };
  process.send({
    secret: process.env.FOREGO_SECRET ?? null,
    read: attempt(() => readFileSync(__filename)),
    write: attempt(() => writeFileSync(${JSON.stringify(written)}, "x")),
    spawn: attempt(() => spawnSync(process.execPath, ["--version"])),
    thread: attempt(() => new Worker("", { eval: true })),
    addon: attempt(() => process.dlopen({ exports: {} }, "addon.node")),
  });
  process.disconnect();
`;

describe("a confined process", () => {
  it("reads files, and has no environment, writes nothing and starts nothing", async () => {
    writeFileSync(join(dir, "program.js"), program);
    process.env.FOREGO_SECRET = "hunter2";
    const child = forkConfined(pathToFileURL(join(dir, "program.js")));
    delete process.env.FOREGO_SECRET;
    const [found] = await once(child, "message");
    const refused = "ERR_ACCESS_DENIED";
    expect(found).toEqual({
      secret: null,
      read: "done",
      write: refused,
      spawn: refused,
      thread: refused,
      addon: "ERR_DLOPEN_DISABLED",
    });
    expect(existsSync(written)).toBe(false);
  });
});
