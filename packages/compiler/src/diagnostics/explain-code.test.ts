import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRego } from "@forego/wasm/opa";
import { afterAll, describe, expect, test } from "vitest";
import { compilePolicies } from "../compile.ts";
import { linkRelease } from "../link/link-release.ts";
import { diagnosticCodes } from "./codes.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { type ExplainedCode, explainCode, nearestCode } from "./explain-code.ts";

const imports = `import { after, before, hourAt, int, isoTime, policy, tool } from "@forego/dsl";
import { z } from "zod";
`;

/** What the examples that show no more than a rule's condition may read. */
const facts = `z.object({
  name: z.string(), note: z.string().optional(), names: z.array(z.string()), count: int(), hours: int({ min: 0, max: 1000 }), until: isoTime(),
  urgent: z.boolean(), maybe: z.boolean().optional(), teams: z.record(z.string(), z.array(z.string())),
  owner: z.object({ id: z.string(), nick: z.string().optional() }), author: z.object({ id: z.string() }),
  people: z.array(z.object({ id: z.string(), nick: z.string().optional() })),
})`;

/** The files of an example. */
function filesOf(code: string, example: string): ReadonlyMap<string, string> {
  const [first = "", ...marked] = example.split(/^\/\/ (?=[\w.-]+$)/m);
  if (marked.length === 0) return new Map([["example.policy.ts", imports + wrap(code, first)]]);
  return new Map(
    marked.map((part) => {
      const end = part.indexOf("\n");
      const name = part.slice(0, end);
      return [name, name.endsWith(".ts") ? imports + part.slice(end) : part.slice(end)];
    }),
  );
}

/** A condition, with what stands before it, as a policy. */
function wrap(code: string, example: string): string {
  const [head = "", when] = example.split(/^when: /m);
  if (when === undefined) return head;
  const rule = `deny({ reason: "r", when: ${when} })`;
  const terms = `name: "${code.toLowerCase()}", version: "1.0.0", facts: ${facts}`;
  return `${head}\nexport default policy({ ${terms}, rules: ({ deny }) => ({ example: ${rule} }) });\n`;
}

const dir = mkdtempSync(join(tmpdir(), "forego-examples-"));
afterAll(() => rmSync(dir, { recursive: true }));

const codes: readonly ExplainedCode[] = Object.keys(diagnosticCodes).flatMap(
  (code) => explainCode(code) ?? [],
);
const examples = codes.filter(({ wrong }) => wrong !== undefined);

/** The mistakes of all examples of a kind, by code. Each is compiled with the others, but linked alone. */
async function mistakesOf(kind: "wrong" | "right"): Promise<ReadonlyMap<string, readonly Diagnostic[]>> {
  for (const { code, [kind]: example = "" } of examples) {
    mkdirSync(join(dir, kind, code), { recursive: true });
    for (const [name, text] of filesOf(code, example)) writeFileSync(join(dir, kind, code, name), text);
  }
  const { diagnostics, warnings } = await compilePolicies(join(dir, kind), { parseRego });
  return Map.groupBy([...diagnostics, ...warnings], ({ file }) => file.split("/")[0] ?? "");
}

const wrong = await mistakesOf("wrong");
const right = await mistakesOf("right");

describe("the explanation of a code", () => {
  test("is there for every code, in sentences", () => {
    expect(codes).toHaveLength(Object.keys(diagnosticCodes).length);
    for (const { paragraph } of codes) expect(paragraph).toMatch(/^\S.{60,}\.$/s);
  });

  test("has a wrong and a right example, but for bugs of the compiler what takes fifty lines, and what a flag says", () => {
    const bare = codes.filter((one) => one.wrong === undefined).map(({ code }) => code);
    expect(bare).toEqual(["FG2999", "FG3003", "FG3009"]);
    expect(examples.filter((one) => one.right === undefined)).toEqual([]);
  });

  test.each(examples)("shows of $code what provokes it, and nothing else", async ({ code }) => {
    const alone = code.startsWith("FG3") ? await link(code) : wrong.get(code);
    expect([...new Set(alone?.map((one) => one.code))]).toEqual([code]);
  });

  test.each(examples)("shows of $code how it compiles", ({ code }) => {
    expect(right.get(code) ?? []).toEqual([]);
  });

  test("is found by the nearest code for one that there is not", () => {
    expect(explainCode("FG1")).toBeUndefined();
    expect(explainCode("toString")).toBeUndefined();
    expect(nearestCode(1017)).toBe("FG1016");
    expect(nearestCode(3500)).toBe("FG3009");
  });
});

async function link(code: string): Promise<readonly Diagnostic[]> {
  const linking = linkRelease((await compilePolicies(join(dir, "wrong", code))).policies);
  return linking.ok ? [] : linking.diagnostics;
}
