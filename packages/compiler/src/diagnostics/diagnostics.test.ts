import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseRego } from "@forego/wasm/opa";
import { describe, expect, test } from "vitest";
import { compilePolicies } from "../compile.ts";
import { linkRelease } from "../link/link-release.ts";
import { diagnosticCodes } from "./codes.ts";
import { type Diagnostic, formatDiagnostic } from "./diagnostic.ts";

/** A file a mistake, all compiled at once: `FG2001.policy.ts`, and `FG1003.rules.policy.ts` for another way to make it. */
const together = fileURLToPath(new URL("../../fixtures/diagnostics/", import.meta.url));

/** A folder a code, for mistakes that stop everything else or need several files. */
const alone = fileURLToPath(new URL("../../fixtures/diagnostics-alone/", import.meta.url));

/** Codes that no policy provokes, with the reason. */
const unprovoked: Readonly<Record<string, string>> = {
  FG3009: "only of a release that comes with a server: see link-server.test.ts",
  FG2999: "a bug in the compiler that is known is mended",
};

const compiled = await compilePolicies(together, { parseRego });
const byFixture = Map.groupBy([...compiled.diagnostics, ...compiled.warnings], ({ file }) =>
  file.replace(/\.(?:policy\.ts|data\.json|rego)$/, ""),
);
const fixtures = readdirSync(together)
  .filter((file) => file.endsWith(".policy.ts"))
  .map((file) => file.replace(/\.policy\.ts$/, ""))
  .sort();
const folders = readdirSync(alone);

describe("the mistakes of a folder", () => {
  test("are all reported, and nothing is emitted", () => {
    expect(compiled.policies).toEqual([]);
    expect([...byFixture.keys()].sort()).toEqual(fixtures);
  });

  test.each(fixtures)("are told for %s as written beside it", (fixture) => {
    expectGolden(join(together, `${fixture}.txt`), fixture.slice(0, 6), byFixture.get(fixture) ?? []);
  });

  test.each(folders)("are told for the folder %s as written in it", async (code) => {
    const { policies, diagnostics } = await compilePolicies(join(alone, code));
    const linking = diagnostics.length > 0 ? { ok: false as const, diagnostics } : linkRelease(policies);
    expectGolden(join(alone, code, `${code}.txt`), code, linking.ok ? [] : linking.diagnostics);
  });
});

test("every code has a policy that provokes it", () => {
  const provoked = new Set([...fixtures.map((fixture) => fixture.slice(0, 6)), ...folders]);
  const codes = Object.keys(diagnosticCodes);
  expect(codes.filter((code) => !provoked.has(code) && unprovoked[code] === undefined)).toEqual([]);
  expect([...provoked].filter((code) => !codes.includes(code))).toEqual([]);
});

/** Compares with the text beside a fixture. To take a change over, run with UPDATE_GOLDEN=1 and review the difference. */
function expectGolden(path: string, code: string, diagnostics: readonly Diagnostic[]): void {
  const text = `${diagnostics.map(formatDiagnostic).join("\n\n")}\n`;
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, "utf8"));
  expect(new Set(diagnostics.map((diagnostic) => diagnostic.code))).toEqual(new Set([code]));
}
