import { execFile } from "node:child_process";
import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ForegoError } from "@forego/core";
import { findOpa } from "@forego/wasm/opa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease, writeFolder } from "../../../test/support/build-release.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import { packArchive, unpackArchive } from "./archive.ts";
import { signFiles } from "./archive-signature.ts";
import { dataJson } from "./data-json.ts";
import { readRelease } from "./read-release.ts";
import { signRelease, verifyRelease } from "./sign-release.ts";
import { readSigningKey } from "./signature-key.ts";

const run = promisify(execFile);

const pems = ({ privateKey, publicKey }: KeyPairKeyObjectResult) => ({
  key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  pub: publicKey.export({ type: "spki", format: "pem" }) as string,
});

const elliptic = (namedCurve: string) => pems(generateKeyPairSync("ec", { namedCurve }));
const { key, pub } = elliptic("P-256");
const stranger = elliptic("P-256");
const rsa = (modulusLength: number) => pems(generateKeyPairSync("rsa", { modulusLength }));

let built: BuiltRelease;
let other: BuiltRelease;
let dir: string;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  other = await buildRelease(deskPolicies({ confirmAbove: 60 }));
});

afterAll(() => Promise.all([built.remove(), other.remove()]));

beforeEach(async () => {
  dir = await writeFolder({});
  await cp(built.dir, dir, { recursive: true });
});

afterEach(() => rm(dir, { recursive: true }));

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((cause: unknown) => cause);
  if (!ForegoError.isForegoError(error)) throw new Error("no ForegoError", { cause: error });
  return error.code;
}

/** Changes an archive of the folder. */
async function change(path: string, edit: (files: Map<string, Uint8Array>) => void): Promise<void> {
  const files = new Map(await unpackArchive(await readFile(join(dir, path))));
  edit(files);
  await writeFile(join(dir, path), await packArchive(files));
}

/** Whether a stock OPA takes a bundle as signed with a key. */
async function opaTakes(bundle: string, publicKey: string, alg: string): Promise<boolean> {
  const pem = join(dir, "public.pem");
  await writeFile(pem, publicKey);
  const options = ["--verification-key", pem, "--signing-alg", alg, "-o", join(dir, "out.tar.gz")];
  return run(findOpa(), ["build", "-b", bundle, ...options]).then(
    () => true,
    () => false,
  );
}

describe("a release that was signed", () => {
  test("is the release that it was, and is read by whoever trusts the key, old or new", async () => {
    const { info, files } = await signRelease(dir, { key });
    expect(info.digest).toBe(built.release.info.digest);
    expect(files).toEqual([
      "opa/compliance.tar.gz",
      "opa/decision.tar.gz",
      "opa/resource.tar.gz",
      "release.tar.gz",
    ]);
    const read = await readRelease(dir, { keys: [stranger.pub, pub] });
    expect(read).toEqual({ ...built.release, isSigned: true });
    expect(await verifyRelease(dir, [pub])).toEqual({ info, files });
  });

  test("is refused by whoever trusts others, or nobody", async () => {
    await signRelease(dir, { key });
    expect(await codeOf(readRelease(dir, { keys: [stranger.pub] }))).toBe("FG3037");
    expect(await codeOf(readRelease(dir, { keys: [] }))).toBe("FG3038");
    expect(await codeOf(verifyRelease(dir, [stranger.pub]))).toBe("FG3037");
  });

  test("may be signed anew with another key, whose signature takes the place of the first", async () => {
    await signRelease(dir, { key });
    await signRelease(dir, { key: stranger.key });
    expect(await codeOf(verifyRelease(dir, [pub]))).toBe("FG3037");
    await verifyRelease(dir, [stranger.pub]);
  });

  test.each<readonly [string, (files: Map<string, Uint8Array>) => unknown]>([
    ["whose vectors were changed", (files) => files.set("vectors.json", Buffer.from("[]"))],
    ["with a file more", (files) => files.set("more.rego", Buffer.from("package more"))],
    ["with a file less", (files) => files.delete("source-map.json")],
    ["without its signature", (files) => files.delete(".signatures.json")],
    ["whose signature is no JSON", (files) => files.set(".signatures.json", Buffer.from("x"))],
    [
      "with no signature in its file",
      (files) => files.set(".signatures.json", Buffer.from('{"signatures":[]}')),
    ],
  ])("%s is refused", async (_name, edit) => {
    await signRelease(dir, { key });
    await change("release.tar.gz", edit);
    expect(await codeOf(readRelease(dir, { keys: [pub] }))).toBe("FG3037");
  });

  test("is refused when its signature says no algorithm, or one of secrets that both sides know", async () => {
    await signRelease(dir, { key });
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    for (const alg of ["none", "HS256", "ES384"]) {
      await change("release.tar.gz", (files) => {
        const { signatures } = JSON.parse(Buffer.from(files.get(".signatures.json") ?? "").toString()) as {
          signatures: [string];
        };
        const [, payload, signature] = signatures[0].split(".");
        const forged = [encode({ alg, kid: "default" }), payload, alg === "none" ? "" : signature].join(".");
        files.set(".signatures.json", Buffer.from(JSON.stringify({ signatures: [forged] })));
      });
      expect(await codeOf(readRelease(dir, { keys: [pub] })), alg).toBe("FG3037");
    }
  });

  test("is refused when its signature holds in a scope only", async () => {
    const claimed = join(dir, "claims.json");
    await writeFile(claimed, JSON.stringify({ scope: "write" }));
    const pem = join(dir, "private.pem");
    await writeFile(pem, key);
    const args = ["sign", "-b", join(dir, "release.tar.gz"), "--signing-key", pem, "--signing-alg", "ES256"];
    await run(findOpa(), [...args, "--claims-file", claimed, "-o", dir]);
    const signature = await readFile(join(dir, ".signatures.json"));
    await change("release.tar.gz", (files) => files.set(".signatures.json", signature));
    expect(await codeOf(readRelease(dir, { keys: [pub] }))).toBe("FG3037");
  });

  test("by OPA's own command is read as well", async () => {
    const pem = join(dir, "private.pem");
    await writeFile(pem, key);
    const args = ["sign", "-b", join(dir, "release.tar.gz"), "--signing-key", pem, "--signing-alg", "ES256"];
    await run(findOpa(), [...args, "-o", dir]);
    const signature = await readFile(join(dir, ".signatures.json"));
    await change("release.tar.gz", (files) => files.set(".signatures.json", signature));
    expect((await readRelease(dir, { keys: [pub] })).info.digest).toBe(built.release.info.digest);
  });
});

describe("the plain bundles", () => {
  test.each([
    ["ES256", elliptic("P-256")],
    ["ES384", elliptic("P-384")],
    ["ES512", elliptic("P-521")],
    ["RS256", rsa(2048)],
  ])("are verified by a stock OPA with a key for %s, and by no other key", async (alg, pair) => {
    await signRelease(dir, { key: pair.key });
    for (const name of ["resource", "compliance", "decision"]) {
      const bundle = join(dir, "opa", `${name}.tar.gz`);
      expect(await opaTakes(bundle, pair.pub, alg), name).toBe(true);
      expect(await opaTakes(bundle, alg === "RS256" ? rsa(2048).pub : stranger.pub, alg), name).toBe(false);
    }
  });

  test("are verified by OPA whatever their data holds", async () => {
    const data = {
      "\u{1f600}": 1,
      "\ue000": 2,
      "\u2028": "\u2029\u0000\u001f\u007f\b\f<>&",
      numbers: [0.1, 1e21, -0, 1e-7, 2 ** 53],
      nested: [{ b: null, a: [] }],
    };
    const manifest = { roots: [""], revision: "é" };
    const files = new Map([
      [".manifest", Buffer.from(dataJson(manifest))],
      ["data.json", Buffer.from(dataJson(data))],
    ]);
    const bundle = join(dir, "nasty.tar.gz");
    await writeFile(bundle, await packArchive(await signFiles(files, readSigningKey(key), "default")));
    expect(await opaTakes(bundle, pub, "ES256")).toBe(true);
    expect(JSON.parse(dataJson(data))).toEqual({ ...data, numbers: [0.1, 1e21, 0, 1e-7, 2 ** 53] });
  });

  test("are not signed beside a release that they are not of", async () => {
    await cp(join(other.dir, "opa", "resource.tar.gz"), join(dir, "opa", "resource.tar.gz"));
    expect(await codeOf(signRelease(dir, { key }))).toBe("FG3032");
    expect((await readRelease(dir)).isSigned).toBe(false);
  });

  test.each<readonly [string, (files: Map<string, Uint8Array>) => unknown]>([
    ["other Rego", (files) => files.set("forego/resource/desk.rego", Buffer.from("package forego.resource"))],
    ["other data", (files) => files.set("data.json", Buffer.from('{"forego":{"resource":{}}}'))],
    ["less Rego", (files) => files.delete("forego/resource/policies/desk.rego")],
    ["no data", (files) => files.delete("data.json")],
    ["other roots", (files) => files.set(".manifest", Buffer.from('{"roots":[""]}'))],
  ])("are not signed with %s than the release's", async (_name, edit) => {
    await change("opa/resource.tar.gz", edit);
    expect(await codeOf(signRelease(dir, { key }))).toBe("FG3032");
  });

  test("are signed and verified all or none: what lies beside them is of nobody's", async () => {
    await signRelease(dir, { key });
    const files = new Map([["data.json", Buffer.from("{}")]]);
    for (const path of ["override.tar.gz", "more.tar.gz"]) {
      await writeFile(join(dir, "opa", path), await packArchive(files));
      expect(await codeOf(signRelease(dir, { key }))).toBe("FG3032");
      expect(await codeOf(verifyRelease(dir, [pub]))).toBe("FG3037");
      await rm(join(dir, "opa", path));
    }
    await verifyRelease(dir, [pub]);
  });

  test("need not be there", async () => {
    await rm(join(dir, "opa"), { recursive: true });
    expect((await signRelease(dir, { key })).files).toEqual(["release.tar.gz"]);
  });
});

describe("a key", () => {
  const format = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" } as const;
  const encrypted = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(format) as string;
  const ed25519 = pems(generateKeyPairSync("ed25519"));
  test.each([
    ["of a kind that OPA does not verify with", ed25519],
    ["that is too short", rsa(1024)],
    ["that is none", { key: "x", pub: "x" }],
    ["with another one behind it", { key: "x", pub: `${pub}${stranger.pub}` }],
    ["that is encrypted", { key: encrypted, pub: "x" }],
    ["that is public where a private one is needed, and the other way round", { key: pub, pub: key }],
  ])("%s is refused", async (_name, pair) => {
    expect(await codeOf(signRelease(dir, { key: pair.key }))).toBe("FG3038");
    expect(await codeOf(readRelease(dir, { keys: [pair.pub] }))).toBe("FG3038");
  });

  test("is not told in the error", async () => {
    const broken = key.replace("BEGIN PRIVATE", "BEGIN PUBLIC");
    const error: unknown = await signRelease(dir, { key: broken }).catch((cause: unknown) => cause);
    expect(String(error)).not.toContain(key.split("\n")[1]);
    expect((error as Error).cause).toBeUndefined();
  });
});
