import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ForegoError } from "@forego/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease, writeFolder } from "../../../test/support/build-release.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import { packArchive, unpackArchive } from "./archive.ts";
import { digestBytes } from "./digest-bytes.ts";
import { parseRelease, readRelease } from "./read-release.ts";

let built: BuiltRelease;
let bytes: Uint8Array;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  bytes = await readFile(join(built.dir, "release.tar.gz"));
});

afterAll(() => built.remove());

type Index = { format: number; info: Record<string, unknown>; files: Record<string, string> };

/** The release's archive with some of its files changed. */
async function changed(change: (files: Map<string, Uint8Array>) => void): Promise<Uint8Array> {
  const files = new Map(await unpackArchive(bytes));
  change(files);
  return packArchive(files);
}

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** The release's archive with an index that says something else. */
async function indexed(change: (index: Index) => void): Promise<Uint8Array> {
  return changed((files) => {
    const index = JSON.parse(new TextDecoder().decode(files.get("release.json"))) as Index;
    change(index);
    files.set("release.json", encode(index));
  });
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((cause: unknown) => cause);
  if (!ForegoError.isForegoError(error))
    throw new Error("it was read, or failed otherwise", { cause: error });
  return error.code;
}

describe("a release", () => {
  test("is what was written", async () => {
    const { info, data } = await parseRelease(bytes);
    expect(info.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(info.rules.map(({ id }) => id)).toContain("resource.desk.confirm");
    expect(info.tools).toEqual({
      "crm.search": { data_classes: ["customer_data"] },
      refund: { data_classes: ["billing"] },
    });
    expect(data).toMatchObject({ forego: { resource: { documents: { desk: { confirm_above: 50 } } } } });
  });

  test("that is not there is an error of its own", async () => {
    expect(await codeOf(readRelease(join(built.dir, "nowhere")))).toBe("FG3030");
    expect(await codeOf(readRelease(join(built.dir, "opa")))).toBe("FG3030");
  });

  test("whose index cannot be looked through is an error of its own", async () => {
    const deep = "[".repeat(20_000) + "]".repeat(20_000);
    for (const odd of ['{"format":1e999}', '{"format":"\\ud800"}', `{"info":${deep}}`, deep]) {
      const archive = changed((files) => files.set("release.json", new TextEncoder().encode(odd)));
      expect(await codeOf(archive.then(parseRelease))).toBe("FG3032");
    }
    const surrogate = await indexed(({ info }) => {
      info.note = "\ud800";
    });
    expect(await codeOf(parseRelease(surrogate))).toBe("FG3032");
  });

  test("that is damaged is an error of its own", async () => {
    const dir = await writeFolder({ "release.tar.gz": "not an archive" });
    expect(await codeOf(readRelease(dir))).toBe("FG3031");
    await writeFile(join(dir, "release.tar.gz"), bytes.subarray(0, bytes.length - 200));
    expect(await codeOf(readRelease(dir))).toBe("FG3031");
    await rm(dir, { recursive: true });
  });
});

describe("a release cannot be used", () => {
  test("when any one of its files is another, or is missing", async () => {
    const names = [...(await unpackArchive(bytes)).keys()].filter((name) => name !== "release.json");
    expect(names).toEqual(
      expect.arrayContaining(["data.json", "ir.json", "policy.wasm.bin", "source-map.json"]),
    );
    for (const name of names) {
      const tampered = await changed((files) => files.set(name, Buffer.from("{}\n")));
      expect(await codeOf(parseRelease(tampered))).toBe("FG3032");
      const missing = await changed((files) => files.delete(name));
      expect(await codeOf(parseRelease(missing))).toBe("FG3032");
    }
  });

  test.each(["extra.txt", "__proto__", "constructor", "forego/override/policies/mine.rego"])(
    "when it has a file '%s' that it does not name",
    async (name) => {
      const extended = await changed((files) => files.set(name, new Uint8Array([1])));
      expect(await codeOf(parseRelease(extended))).toBe("FG3032");
    },
  );

  test("when it has no index, or one that is not JSON", async () => {
    expect(await codeOf(parseRelease(await changed((files) => files.delete("release.json"))))).toBe("FG3032");
    const broken = await changed((files) => files.set("release.json", Buffer.from('{"format":1')));
    expect(await codeOf(parseRelease(broken))).toBe("FG3032");
    const garbled = await changed((files) => files.set("release.json", Uint8Array.from([0xff, 0xfe])));
    expect(await codeOf(parseRelease(garbled))).toBe("FG3032");
  });

  test.each<[string, (index: Index) => void]>([
    [
      "another format",
      (index) => {
        index.format = 2;
      },
    ],
    [
      "no format",
      (index) => {
        Reflect.deleteProperty(index, "format");
      },
    ],
    [
      "an unknown category",
      (index) => {
        index.info.bundles = { security: { version: "1.0.0", digest: "x" } };
      },
    ],
    [
      "an unknown effect",
      (index) => {
        firstRule(index).effect = "permit";
      },
    ],
    [
      "a rule of an unknown category",
      (index) => {
        firstRule(index).category = "security";
      },
    ],
    [
      "a rule of an unknown phase",
      (index) => {
        firstRule(index).on = ["tool_calls"];
      },
    ],
    [
      "a rule without its reads",
      (index) => {
        Reflect.deleteProperty(firstRule(index), "reads");
      },
    ],
    [
      "reads of an unknown form",
      (index) => {
        firstRule(index).reads = { fields: { a: false } };
      },
    ],
    [
      "an unknown default",
      (index) => {
        index.info.default_effect = "ask";
      },
    ],
    [
      "no rules",
      (index) => {
        Reflect.deleteProperty(index.info, "rules");
      },
    ],
    [
      "a digest that is no text",
      (index) => {
        index.files["data.json"] = null as never;
      },
    ],
    [
      "a file that is not there",
      (index) => {
        index.files["more.json"] = digestBytes(new Uint8Array());
      },
    ],
  ])("when its index has %s", async (_what, change) => {
    expect(await codeOf(parseRelease(await indexed(change)))).toBe("FG3032");
  });

  test("under its old digest, when its index was changed", async () => {
    const { info } = await parseRelease(bytes);
    const relabelled = await parseRelease(
      await indexed((index) => {
        index.info.version = "9.9.9";
      }),
    );
    expect(relabelled.info.digest).not.toBe(info.digest);
  });
});

function firstRule(index: Index): Record<string, unknown> {
  return (index.info.rules as Record<string, unknown>[])[0] ?? {};
}
