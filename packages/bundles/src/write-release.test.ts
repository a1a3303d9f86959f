import { execFile } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ForegoError } from "@forego/core";
import { findOpa } from "@forego/wasm/opa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease, writeFolder } from "../../../test/support/build-release.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import { packArchive, unpackArchive } from "./archive.ts";
import { writeRelease } from "./write-release.ts";

const run = promisify(execFile);

let built: BuiltRelease;
let again: BuiltRelease;
let changed: BuiltRelease;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  again = await buildRelease(deskPolicies());
  changed = await buildRelease(deskPolicies({ confirmAbove: 60 }));
});

afterAll(() => Promise.all([built, again, changed].map((release) => release.remove())));

const names = ["resource", "compliance", "decision"] as const;

const pathOf = ({ dir }: BuiltRelease, name: string) => join(dir, "opa", `${name}.tar.gz`);

const input = {
  action: { type: "tool_call", tool: "refund", args: { amount: 10 }, data_classes_referenced: ["billing"] },
  user: { data_classifications_authorized: ["billing"] },
  facts: { risk: 0 },
  granted: [],
};

/** What a stock OPA answers on plain bundles: no option of ours, no file of ours. */
async function askOpa(bundles: readonly string[]): Promise<unknown> {
  const dir = await writeFolder({ "input.json": JSON.stringify(input) });
  const options = bundles.flatMap((bundle) => ["-b", bundle]);
  const query = ["-i", join(dir, "input.json"), "-f", "json", "data.forego.decision.result"];
  const { stdout } = await run(findOpa(), ["eval", ...options, ...query]);
  await rm(dir, { recursive: true });
  const { result } = JSON.parse(stdout) as { result?: { expressions: { value: unknown }[] }[] };
  return result?.[0]?.expressions[0]?.value;
}

describe("a release is written", () => {
  test("to the same bytes by two builds of the same policies", async () => {
    const files = ["release.tar.gz", ...names.map((name) => `opa/${name}.tar.gz`)];
    for (const file of files) {
      const [first, second] = await Promise.all([built, again].map(({ dir }) => readFile(join(dir, file))));
      expect(first?.equals(second ?? Buffer.alloc(0)), file).toBe(true);
    }
    expect(again.release.info.digest).toBe(built.release.info.digest);
    expect(changed.release.info.digest).not.toBe(built.release.info.digest);
  });

  test("without leaving anything else behind", async () => {
    expect((await readdir(built.dir)).sort()).toEqual(["opa", "release.tar.gz"]);
    expect((await readdir(join(built.dir, "opa"))).sort()).toEqual(
      names.map((name) => `${name}.tar.gz`).sort(),
    );
  });

  test("in the place of an earlier one, of whose bundles none is left", async () => {
    const dir = await writeFolder({ "opa/override.tar.gz": "old", "opa/own.tar.gz": "somebody's" });
    const { info, ir, sourceMap, module } = built.release;
    await writeRelease({ info, bundles: [], ir, sourceMap, module }, dir);
    expect(await readdir(join(dir, "opa"))).toEqual(["own.tar.gz"]);
    await rm(dir, { recursive: true });
  });

  test("nowhere when the folder cannot be written, with an error that says so", async () => {
    const dir = await writeFolder({ file: "in the way" });
    const content = {
      info: built.release.info,
      bundles: [],
      ir: {},
      sourceMap: {},
      module: new Uint8Array(),
    };
    const error: unknown = await writeRelease(content, join(dir, "file")).catch((cause: unknown) => cause);
    expect(ForegoError.isForegoError(error) && error.code).toBe("FG3034");
    expect(await readFile(join(dir, "file"), "utf8")).toBe("in the way");
    await rm(dir, { recursive: true });
  });
});

describe("the plain bundles", () => {
  test("are loaded together by a stock OPA, which decides as the module does", async () => {
    expect(await askOpa(names.map((name) => pathOf(built, name)))).toEqual({
      effect: "allow",
      reasons: ["support_refunds"],
      hits: ["resource.desk.refund"],
      invalid: [],
      missing: [],
      overridden: [],
      obligations: [],
      values: {},
    });
  });

  test.each(names)("name their own root, and the release that they are of: %s", async (name) => {
    const files = await unpackArchive(await readFile(pathOf(built, name)));
    const manifest: unknown = JSON.parse(new TextDecoder().decode(files.get(".manifest")));
    expect(manifest).toMatchObject({
      roots: [`forego/${name}`],
      rego_version: 1,
      metadata: { "dev.forego/bundle": { format: 1, release: built.release.info.digest } },
    });
    expect(manifest).not.toHaveProperty("wasm");
    for (const path of files.keys()) expect(path).toMatch(/^(?:\.manifest|data\.json|forego\/.*\.rego)$/);
  });

  test.each(["resource", "compliance"])("without the one of %s deny everything", async (absent) => {
    const present = names.filter((name) => name !== absent).map((name) => pathOf(built, name));
    expect(await askOpa(present)).toMatchObject({ effect: "deny", reasons: ["forego.release_mismatch"] });
  });

  test("with one of another build deny everything", async () => {
    const mixed = [pathOf(changed, "resource"), pathOf(built, "compliance"), pathOf(built, "decision")];
    expect(await askOpa(mixed)).toMatchObject({ effect: "deny", reasons: ["forego.release_mismatch"] });
    const stale = [pathOf(built, "resource"), pathOf(built, "compliance"), pathOf(changed, "decision")];
    expect(await askOpa(stale)).toMatchObject({ effect: "deny", reasons: ["forego.release_mismatch"] });
  });

  test("cannot claim each other's place", async () => {
    const files = new Map(await unpackArchive(await readFile(pathOf(built, "resource"))));
    files.set("forego/decision/mine.rego", Buffer.from("package forego.decision\n\nresult := 1\n"));
    const dir = await writeFolder({});
    await writeFile(join(dir, "resource.tar.gz"), await packArchive(files));
    const bundles = [join(dir, "resource.tar.gz"), pathOf(built, "compliance"), pathOf(built, "decision")];
    await expect(askOpa(bundles)).rejects.toThrow("Command failed");
    await rm(dir, { recursive: true });
  });
});
