import { generateKeyPairSync } from "node:crypto";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease, writeFolder } from "../../../../test/support/build-release.ts";
import { runCommand } from "../../../../test/support/captured-terminal.ts";
import { deskPolicies } from "../../../../test/support/desk-policies.ts";

let built: BuiltRelease;
let dir: string;
let digest: string;

const files = ["opa/compliance.tar.gz", "opa/decision.tar.gz", "opa/resource.tar.gz", "release.tar.gz"];

async function writeKeys(name: string): Promise<string> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKey.export({ type: "pkcs8", format: "pem" });
  await writeFile(join(dir, `${name}.key`), key);
  await writeFile(join(dir, `${name}.pub`), publicKey.export({ type: "spki", format: "pem" }));
  return key as string;
}

const verify = (...names: readonly string[]) =>
  runCommand(["verify", "--bundles", dir, "--key", ...names.map((name) => join(dir, `${name}.pub`))]);

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  digest = built.release.info.digest;
});

afterAll(() => built.remove());

beforeEach(async () => {
  dir = await writeFolder({});
  await cp(built.dir, dir, { recursive: true });
  await writeKeys("own");
  await writeKeys("other");
});

afterEach(() => rm(dir, { recursive: true }));

describe("forego sign", () => {
  test("signs what forego verify then finds signed, and tells people what", async () => {
    const signed = await runCommand(["sign", "--bundles", dir, "--key", join(dir, "own.key")]);
    expect(signed).toMatchObject({ code: 0, lines: [] });
    expect(signed.errors).toContain(`signed release 1.4.7\n  digest   ${digest}`);
    const verified = await verify("other", "own");
    expect(verified).toMatchObject({ code: 0, lines: [] });
    expect(verified.errors).toContain(`verified release 1.4.7\n  digest   ${digest}`);
    for (const file of files) expect(verified.errors).toContain(`holds    ${dir}/${file}`);
  });

  test("takes the key from standard input, and answers machines with JSON", async () => {
    const key = await readFile(join(dir, "own.key"), "utf8");
    const { code, lines } = await runCommand(["sign", "--bundles", dir, "--key", "-", "--json"], key);
    expect({ code, told: JSON.parse(lines.join("")) as unknown }).toEqual({
      code: 0,
      told: { ok: true, digest, version: "1.4.7", files },
    });
  });

  test("ends with 2 when the key is none, and does not print it", async () => {
    const { code, errors } = await runCommand(["sign", "--bundles", dir, "--key", "-"], "my secret");
    expect(code).toBe(2);
    expect(errors).toContain("FG3038");
    expect(errors).not.toContain("my secret");
  });
});

describe("forego verify", () => {
  test("ends with 1 when nobody signed, or somebody else did, and says so", async () => {
    const unsigned = await verify("own");
    expect(unsigned).toMatchObject({
      code: 1,
      errors: expect.stringContaining("nobody signed it") as string,
    });
    await runCommand(["sign", "--bundles", dir, "--key", join(dir, "own.key")]);
    const other = await verify("other");
    expect(other).toMatchObject({ code: 1, errors: expect.stringContaining("FG3037") as string });
    const key = join(dir, "other.pub");
    const { lines } = await runCommand(["verify", "--bundles", dir, "--key", key, "--json"]);
    expect(JSON.parse(lines.join(""))).toMatchObject({ ok: false, code: "FG3037" });
  });

  test("ends with 2 when there is no release, or no key", async () => {
    await rm(join(dir, "release.tar.gz"));
    expect((await verify("own")).code).toBe(2);
    expect((await verify("absent")).code).toBe(2);
  });
});

describe("forego serve", () => {
  const configOf = (keys: readonly string[], server: object = {}) => ({
    release: ".",
    agent: { id: "desk-1", scope: "support" },
    keys,
    auth: "none",
    identity: { user: { id: "ana" } },
    servers: { crm: { url: "http://127.0.0.1:9/mcp", ...server } },
  });

  async function serve(config: object): Promise<string> {
    await writeFile(join(dir, "serve.json"), JSON.stringify(config));
    const { code, errors } = await runCommand(["serve", "mcp", "--config", join(dir, "serve.json")]);
    expect(code).toBe(2);
    return errors;
  }

  test("serves no release, and none of a server, that was not signed with a key of the configuration", async () => {
    expect(await serve(configOf(["own.pub"]))).toContain("FG3037");
    await runCommand(["sign", "--bundles", dir, "--key", join(dir, "own.key")]);
    expect(await serve(configOf(["other.pub"]))).toContain("FG3037");
    expect(await serve(configOf(["own.pub"], { bundle: ".", keys: ["other.pub"] }))).toContain("FG3037");
    expect(await serve(configOf(["own.pub"], { bundle: "." }))).toContain("`keys` of each server's bundle");
    expect(await serve(configOf(["absent.pub"]))).toContain("FG3050");
    // its release may decide: what is left to refuse is that it is none of a server
    expect(await serve(configOf(["own.pub"], { bundle: ".", keys: ["own.pub"] }))).not.toContain("FG3037");
  });
});
