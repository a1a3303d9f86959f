import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAnswer, releaseOf } from "./loaded-bundles.ts";

const manifest = (roots: unknown, release: unknown) => ({
  manifest: { roots, metadata: { "dev.forego/bundle": { release } } },
});

describe("releaseOf", () => {
  test("is the release of the bundle that resolves, whatever its name and its neighbours", () => {
    const bundles = {
      a: manifest(["forego/resource"], "sha256:other"),
      "x/y.tar.gz": manifest(["forego/decision"], "sha256:this"),
    };
    expect(releaseOf(bundles)).toBe("sha256:this");
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["a list", [manifest(["forego/decision"], 7)]],
    ["bundles without manifests", { a: null, b: {}, c: { manifest: 7 } }],
    ["roots that are none", { a: manifest("forego/decision", "sha256:this") }],
    ["a wider root", { a: manifest([""], "sha256:this"), b: manifest(["forego"], "sha256:this") }],
    ["a release that is none", { a: manifest(["forego/decision"], { is: "sha256:this" }) }],
  ])("is none of %s", (_what, bundles) => {
    expect(releaseOf(bundles)).toBeUndefined();
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => typeof releaseOf(value) !== "object"));
  });
});

describe("readAnswer", () => {
  test("throws or answers with text for bundles, and with nothing that was not there", () => {
    const answers = fc.oneof(
      fc.jsonValue(),
      fc.record({ result: fc.jsonValue(), provenance: fc.jsonValue() }),
    );
    const property = fc.property(answers, (value) => {
      try {
        const { version, bundles } = readAnswer(value);
        return [version, bundles].every((one) => one === undefined || typeof one === "string");
      } catch (cause) {
        return (cause as Error).message === "the OPA server's answer has no provenance";
      }
    });
    fc.assert(property);
  });
});
