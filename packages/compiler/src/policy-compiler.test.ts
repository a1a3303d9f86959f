import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { compilePolicies } from "./compile.ts";
import { linkRelease } from "./link/link-release.ts";
import { type Compilation, createPolicyCompiler } from "./policy-compiler.ts";

const policyText = (name: string, condition: string, head = "") => `import { policy } from "@forego/dsl";
import { z } from "zod";
${head}
export default policy({
  name: "${name}",
  version: "1.0.0",
  data: z.object({ limit: z.int() }),
  facts: z.object({ count: z.int(), name: z.string() }),
  rules: ({ deny }) => ({ rule: deny({ reason: "r", when: ({ facts, data }) => ${condition} && data.limit > 0 }) }),
});
`;

const importing = `import { isOdd } from "./shared.ts";`;
const files = {
  "one.policy.ts": policyText("one", "isOdd(facts.name)", importing),
  "one.data.json": `{ "limit": 1 }`,
  "two.policy.ts": policyText("two", "facts.count > 2"),
  "two.data.json": `{ "limit": 2 }`,
  "shared.ts": `export const isOdd = (name: string): boolean => name.endsWith("1");`,
};

/** A folder, the compiler that is kept for it, and a way to compile: as kept, and from nothing, which must be equal. */
function open() {
  const dir = mkdtempSync(join(tmpdir(), "forego-compiler-"));
  const compiler = createPolicyCompiler(dir);
  onTestFinished(() => {
    compiler.close();
    rmSync(dir, { recursive: true });
  });
  const write = (name: string, text: string) => writeFileSync(join(dir, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const compile = async (): Promise<Compilation> => {
    const kept = await compiler.compile();
    const { compiled: _, ...anew } = await compilePolicies(dir);
    expect(kept).toMatchObject(anew);
    return kept;
  };
  return { dir, write, compile };
}

const told = ({ diagnostics }: Compilation) =>
  diagnostics.map(({ file, line, code }) => `${file}:${line} ${code}`);

const digestOf = ({ policies }: Compilation) => {
  const linking = linkRelease(policies);
  return linking.ok ? linking.release.bundles.map(({ digest }) => digest) : [];
};

describe("a compiler that is kept", () => {
  test("compiles what changed, in a policy, its data or what it imports, and nothing else", async () => {
    const { write, compile } = open();
    const first = await compile();
    expect(first.compiled).toBe(2);
    const again = await compile();
    expect(again.compiled).toBe(0);
    expect(digestOf(again)).toEqual(digestOf(first));
    for (const [name, text] of [
      ["two.policy.ts", policyText("two", "facts.count > 3")],
      ["two.data.json", `{ "limit": 3 }`],
      ["shared.ts", `export const isOdd = (name: string): boolean => name.endsWith("3");`],
    ] as const) {
      write(name, text);
      const changed = await compile();
      expect(changed.compiled).toBe(1);
      expect(digestOf(changed)).not.toEqual(digestOf(again));
    }
  });

  test("tells a mistake until it is mended, and then no longer", async () => {
    const { write, compile } = open();
    await compile();
    write("two.policy.ts", policyText("two", "Math.random() > 2"));
    expect(told(await compile())).toEqual(["two.policy.ts:9 FG2014"]);
    write("shared.ts", `export const isOdd = (name: string): boolean => name.length;`);
    expect(told(await compile())).toEqual(["shared.ts:1 FG1001", "two.policy.ts:9 FG2014"]);
    write("two.policy.ts", files["two.policy.ts"]);
    expect(told(await compile())).toEqual(["shared.ts:1 FG1001"]);
    write("shared.ts", files["shared.ts"]);
    const mended = await compile();
    expect(mended.policies).toHaveLength(2);
  });

  test("sees files that come and go", async () => {
    const { dir, write, compile } = open();
    await compile();
    rmSync(join(dir, "shared.ts"));
    expect(told(await compile())).toEqual(["one.policy.ts:3 FG1001"]);
    write("shared.ts", files["shared.ts"]);
    expect(told(await compile())).toEqual([]);
    write("three.policy.ts", policyText("three", "facts.count > 3"));
    expect(told(await compile())).toEqual(["three.policy.ts:7 FG1009"]);
    write("three.data.json", `{ "limit": 3 }`);
    const more = await compile();
    expect(more.policies.map(({ name }) => name)).toEqual(["one", "three", "two"]);
    rmSync(join(dir, "one.policy.ts"));
    const fewer = await compile();
    expect(fewer.policies.map(({ name }) => name)).toEqual(["three", "two"]);
  });

  test("goes on after a module that ended its process", async () => {
    const { write, compile } = open();
    const exit = `(globalThis as unknown as { process: { exit(code: number): void } }).process.exit(0);`;
    write("two.policy.ts", policyText("two", "facts.count > 2", exit));
    await expect(compile()).rejects.toMatchObject({ code: "FG3010" });
    write("two.policy.ts", files["two.policy.ts"]);
    const compilation = await compile();
    expect(compilation.policies).toHaveLength(2);
  });
});
