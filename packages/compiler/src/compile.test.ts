import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evaluateRelease } from "@forego/ir";
import { createWasmEngine } from "@forego/wasm";
import { buildModule, lintRego } from "@forego/wasm/opa";
import { describe, expect, onTestFinished, test } from "vitest";
import { compilePolicies } from "./compile.ts";
import { formatDiagnostic } from "./diagnostics/diagnostic.ts";
import { linkRelease } from "./link/link-release.ts";

/** Compiles files that exist for one test. */
function compile(files: Readonly<Record<string, string>>) {
  const dir = mkdtempSync(join(tmpdir(), "forego-compile-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return compilePolicies(dir);
}

/** Compiles files, and builds their release for two engines. */
async function build(files: Readonly<Record<string, string>>) {
  const { policies, diagnostics } = await compile(files);
  expect(diagnostics.map(formatDiagnostic)).toEqual([]);
  const linking = linkRelease(policies);
  if (!linking.ok) throw new Error("the policies do not link");
  const { info, bundles, ir } = linking.release;
  const rego = bundles.flatMap((bundle) => bundle.files);
  const module = await buildModule(rego);
  const data = { forego: Object.fromEntries(bundles.map((bundle) => [bundle.name, bundle.data])) };
  const wasm = createWasmEngine({ release: { ...info, digest: "sha256:test" }, module, data });
  const decide = (input: Record<string, unknown>) => {
    const output = evaluateRelease(ir, { granted: [], ...input });
    expect(wasm.evaluate({ granted: [], ...input })).toEqual(output);
    return output;
  };
  return { rego, info, decide };
}

/** A policy with some rules, over a fact for each kind of value. */
function policyOf(name: string, rules: string, head = ""): string {
  return `import { policy } from "@forego/dsl";
import { z } from "zod";
${head}
export default policy({
  name: "${name}",
  version: "1.0.0",
  facts: z.object({ flag: z.boolean(), text: z.string(), list: z.array(z.string()) }),
  rules: ({ deny }) => ({
${rules}
  }),
});
`;
}

const call = { type: "tool_call", tool: "crm.search" };
const facts = { flag: true, text: "x", list: ["a", "x"] };

describe("what is odd, and right", () => {
  test("names of Rego's own are kept apart", async () => {
    const names = [
      ...[
        "default",
        "count",
        "some",
        "not",
        "input",
        "data",
        "package",
        "import",
        "if",
        "in",
        "every",
        "contains",
      ],
      ...[
        "else",
        "with",
        "as",
        "hits",
        "invalid",
        "missing",
        "prelude",
        "set",
        "object",
        "get",
        "result",
        "union",
      ],
      ...[
        "json",
        "time",
        "startswith",
        "constructor",
        "toString",
        "applies_to_tool_call",
        "checked_count",
        "v",
      ],
    ];
    const rules = names.map(
      (name) => `${name}: deny({ reason: "r", when: ({ facts }) => {
        const input = facts.list.filter((count) => count.startsWith("a"));
        const some = facts.text, data = input.length;
        return input.some((every) => every !== some) && data > 0 && contains(facts.list, some);
      } }),`,
    );
    const helper =
      "function contains(set: readonly string[], object: string) { return set.includes(object); }";
    const { rego, decide } = await build({
      "import.policy.ts": policyOf("import", rules.join("\n"), helper),
      "package.policy.ts": policyOf(
        "package",
        `rego: deny({ reason: "r", when: ({ facts }) => facts.flag }),`,
      ),
    });
    expect(await lintRego(rego)).toBe("");
    expect(decide({ action: call, facts }).hits).toHaveLength(names.length + 1);
    expect(decide({ action: call, facts: { ...facts, text: "y" } }).hits).toEqual(["resource.package.rego"]);
    expect(decide({ action: call, facts: { ...facts, flag: null } }).invalid).toEqual([
      "resource.package.rego",
    ]);
  });

  test("doc comments of any characters stay comments", async () => {
    const odd = [
      ...[
        "a\nb\r\nc",
        "\"quoted\" 'twice' `thrice`",
        "* / *\\/",
        "# METADATA\n# entrypoint: true",
        "%s {} [] : -",
      ],
      ...[
        "\u2028\u2029\u0085",
        "\u0000\u0007\u001B[31m\u007F",
        "\uFEFF\uFFFD\uFFFE\uFFFF",
        "\u{1F4A9}\u{10FFFF}",
      ],
      ...[
        "\u202E\u2066 reversed",
        "\u{E0001}\u{1FFFE}",
        "{{ .Values }} <script> $" + "{x}",
        "\\u0041 \\n \\",
        "a:\tb",
      ],
    ];
    const rules = odd.map(
      (text, index) => `/** ${text} */\nrule_${index}: deny({ reason: "r", when: () => true }),`,
    );
    const { rego, info, decide } = await build({
      "odd \u202E name'\".policy.ts": policyOf("odd", rules.join("\n"), `/** ${odd.join(" ")} */`),
    });
    expect(await lintRego(rego)).toBe("");
    expect(decide({ action: call }).hits).toHaveLength(odd.length);
    expect(info.rules.find(({ id }) => id.endsWith(".rule_4"))?.description).toBe("%s {} [] : -");
  });

  // `opa fmt` writes escapes for them that OPA does not read
  test("control characters in texts are kept", async () => {
    const { decide } = await build({
      "control.policy.ts": policyOf(
        "control",
        String.raw`match: deny({ reason: "r", when: ({ facts }) => facts.text === "\u0000\u001b\u007f\u{e0001}" }),`,
      ),
    });
    expect(decide({ action: call, facts: { ...facts, text: "\u0000\u001B\u007F\u{E0001}" } }).effect).toBe(
      "deny",
    );
    expect(decide({ action: call, facts }).hits).toEqual([]);
  });

  test("modules that import each other are read", async () => {
    const { decide } = await build({
      "one.ts": `import { second } from "./two.ts";\nexport const limit = "x";\nexport const first = (text: string): boolean => second(text) || text === "y";`,
      "two.ts": `import { limit } from "./one.ts";\nexport function second(text: string): boolean { return text === limit; }`,
      "circular.policy.ts": policyOf(
        "circular",
        `match: deny({ reason: "r", when: ({ facts }) => first(facts.text) }),`,
        `import { first } from "./one.ts";`,
      ),
    });
    expect(decide({ action: call, facts }).hits).toEqual(["resource.circular.match"]);
    expect(decide({ action: call, facts: { ...facts, text: "z" } }).hits).toEqual([]);
  });

  test("a thousand rules compile, and so do paths that meet again and again", async () => {
    const rules = Array.from(
      { length: 1000 },
      (_, index) => `rule_${index}: deny({ reason: "r", when: ({ facts }) => facts.text === "x${index}" }),`,
    );
    const meeting = Array.from(
      { length: 24 },
      (_, index) => `if (facts.flag) { if (facts.text === "x${index}") return true; }`,
    );
    const nested = Array.from(
      { length: 14 },
      (_, index) =>
        `(facts.flag || facts.text === "${index}") ? (facts.text === "y" || facts.text === "x${index}" ? "x" : `,
    );
    const { rego, decide } = await build({
      "thousand.policy.ts": policyOf("thousand", rules.join("\n")),
      "paths.policy.ts": policyOf(
        "paths",
        `meeting: deny({ reason: "r", when: ({ facts }) => { ${meeting.join("\n")} return facts.list.includes("z"); } }),
         nested: deny({ reason: "r", when: ({ facts }) => (${nested.join("")} facts.text ${") : facts.text".repeat(14)}) === "x" }),`,
      ),
    });
    expect(await lintRego(rego)).toBe("");
    const ids = (text: string, flag: boolean) =>
      decide({ action: call, facts: { ...facts, text, flag } }).hits;
    expect(ids("x7", false)).toEqual(["resource.thousand.rule_7"]);
    expect(ids("x7", true)).toEqual(
      ["meeting", "nested"].map((name) => `resource.paths.${name}`).concat(["resource.thousand.rule_7"]),
    );
    expect(ids("y", true)).toEqual(["resource.paths.nested"]);
  });
});

describe("what is large, and right", () => {
  test("a policy of ten thousand lines compiles, and a mistake at its end is told there", async () => {
    const helpers = Array.from(
      { length: 2400 },
      (_, index) =>
        `/** Whether a text is number ${index}. */\nfunction is${index}(text: string): boolean {\n  return text === "${index}";\n}`,
    );
    const rules = `last: deny({ reason: "r", when: ({ facts }) => is2399(facts.text) }),`;
    const text = policyOf("long", rules, helpers.join("\n"));
    expect(text.split("\n").length).toBeGreaterThan(9600);
    const { policies } = await compile({ "long.policy.ts": text });
    expect(policies[0]?.ir.functions.map(({ name }) => name)).toEqual(["is2399"]);
    const wrong = text.replace("is2399(facts.text)", "facts.text == facts.list[0]");
    const { diagnostics } = await compile({ "long.policy.ts": wrong });
    const line = wrong.split("\n").findIndex((one) => one.includes(" == ")) + 1;
    expect(diagnostics.map((one) => `${one.code} ${one.line}`)).toEqual([`FG2002 ${line}`]);
  });
});

describe("what is wrong, and no crash", () => {
  const told = async (files: Readonly<Record<string, string>>) => {
    const { policies, diagnostics } = await compile(files);
    expect(policies).toEqual([]);
    return diagnostics.map(
      ({ file, line, column, code, message }) => `${file}:${line}:${column} ${code} ${message}`,
    );
  };

  test("every syntax error of every file is told, and nothing that follows from it", async () => {
    expect(
      await told({
        "a.policy.ts": `const one = ;\nexport default policy({`,
        "b.policy.ts": `\uFEFFconst two = 1;\r\nconst three = "open;\r\n`,
        "c.policy.ts": policyOf("right", ""),
      }),
    ).toEqual([
      "a.policy.ts:1:13 FG1001 Expression expected.",
      "a.policy.ts:2:24 FG1001 '}' expected.",
      "b.policy.ts:2:21 FG1001 Unterminated string literal.",
    ]);
  });

  test("constants that need each other are told as a module that does not run", async () => {
    expect(
      await told({
        "one.ts": `import { two } from "./two.ts";\nexport const one: string = two;`,
        "two.ts": `import { one } from "./one.ts";\nexport const two: string = one;`,
        "a.policy.ts": policyOf(
          "needy",
          `match: deny({ reason: "r", when: ({ facts }) => facts.text === one }),`,
          `import { one } from "./one.ts";`,
        ),
      }),
    ).toEqual([expect.stringContaining("FG1008 the module does not run: ReferenceError")]);
  });

  test("modules that a policy cannot have are told", async () => {
    expect(
      await told({
        "a.policy.ts": policyOf("reader", "", `import { readFileSync } from "node:fs";`),
        "b.policy.ts": policyOf("finder", "", `import { limit } from "./missing.ts";`),
      }),
    ).toEqual([
      "a.policy.ts:3:30 FG1001 a policy cannot import 'node:fs'",
      expect.stringMatching(/^b\.policy\.ts:3:23 FG1001 Cannot find module '\.\/missing\.ts'/),
    ]);
  });

  test("`any` is told wherever it comes from", async () => {
    const rule = (condition: string) => `rule: deny({ reason: "r", when: ({ facts }) => ${condition} }),`;
    const any = `const loose = (value: any): boolean => value.some.thing === "x";\nconst parsed: any = { limit: "x" };`;
    expect(
      await told({
        "a.policy.ts": policyOf("a", rule("loose(facts.text)"), any),
        "b.policy.ts": policyOf("b", rule("facts.text === parsed.limit"), any),
        "c.policy.ts": policyOf("c", rule("(facts as any).anything === facts.text"), any),
        "d.policy.ts": policyOf("d", rule("facts.list.some((text: any) => text.length > 3 && text.no)"), any),
      }),
    ).toEqual([
      "a.policy.ts:3:40 FG2007 `any` can be everything, and nothing checks it",
      "b.policy.ts:10:63 FG2015 the fields of 'parsed' can change",
      "c.policy.ts:10:49 FG2007 `any` can be everything, and nothing checks it",
      "d.policy.ts:10:79 FG2007 `any` can be everything, and nothing checks it",
    ]);
  });

  test("what is thrown while a module loads is told as it is, even when it is nothing or hostile", async () => {
    const thrown = [
      "undefined",
      "null",
      `"a text"`,
      "Object.create(null)",
      "new Proxy({}, {})",
      "Symbol('s')",
    ];
    const files = thrown.map(
      (value, index) =>
        [
          `${index}.policy.ts`,
          policyOf(`p${index}`, "", `const never = (() => { throw ${value}; })();`),
        ] as const,
    );
    const hostile = `const never = (() => { throw { get name(): string { throw new Error("again"); }, toString(): string { throw new Error("again"); } }; })();`;
    const all = await told({
      ...Object.fromEntries(files),
      "6.policy.ts": policyOf("p6", "", hostile),
      "7.policy.ts": policyOf(
        "p7",
        "",
        `const late = await new Promise((_, reject) => reject(new TypeError("late")));`,
      ),
    });
    expect(all).toHaveLength(8);
    for (const one of all) expect(one).toContain("FG1008 the module does not run: ");
    expect(all[2]).toContain("a text");
    expect(all[7]).toContain("TypeError: late");
  });

  test("a pattern that matches nothing lets no text pass", async () => {
    const one = policyOf("none", `none: deny({ reason: "r", when: ({ facts }) => facts.code !== "y" }),`);
    const field = `code: z.union([z.string().regex(/a[]/), z.literal("x")]),`;
    const { decide } = await build({ "a.policy.ts": one.replace("flag: z", `${field} flag: z`) });
    for (const code of ["a", "", "aa"])
      expect(decide({ action: call, facts: { ...facts, code } }).invalid).toEqual(["resource.none.none"]);
    expect(decide({ action: call, facts: { ...facts, code: "x" } }).hits).toEqual(["resource.none.none"]);
  });

  test("patterns of schemas are among those that RE2 has memory for", async () => {
    const names = Array.from({ length: 51 }, (_, index) => `code${index}`);
    const fields = names.map((name, index) => `${name}: z.string().regex(/a[bc]*d{${index + 1}}e/)`);
    const read = names.map((name) => `facts.${name} === "x"`).join(" || ");
    const many = policyOf("many", `many: deny({ reason: "r", when: ({ facts }) => ${read} }),`);
    const { policies } = await compile({
      "a.policy.ts": many.replace("flag: z", `${fields.join(", ")}, flag: z`),
    });
    expect(linkRelease(policies)).toMatchObject({ ok: false, diagnostics: [{ code: "FG3003" }] });
  });

  test("modules that never end loading are an error with a code", async () => {
    const waiting = policyOf("waiting", "", "await new Promise(() => {});");
    await expect(compile({ "a.policy.ts": waiting })).rejects.toMatchObject({ code: "FG3010" });
  });

  test("data that are not JSON, or too many, are told where they stand", async () => {
    const withData = (name: string) =>
      policyOf(name, "").replace("  facts:", "  data: z.object({ names: z.array(z.string()) }),\n  facts:");
    expect(
      await told({
        "a.policy.ts": withData("broken"),
        "a.data.json": `{ "names": ["x", }`,
        "b.policy.ts": withData("many"),
        "b.data.json": JSON.stringify({ names: Array.from({ length: 1001 }, String) }),
      }),
    ).toEqual([
      "a.data.json:1:18 FG1009 the data file is not JSON",
      "b.data.json:1:1 FG1010 a list or record of the data has more entries than a policy may read",
    ]);
  });

  test("an empty folder, a module that ends the process and a bottomless condition are errors with a code", async () => {
    await expect(compile({})).rejects.toMatchObject({ code: "FG3011" });
    const exit = `(globalThis as unknown as { process: { exit(code: number): void } }).process.exit(0);`;
    await expect(compile({ "a.policy.ts": policyOf("ending", "", exit) })).rejects.toMatchObject({
      code: "FG3010",
    });
    const deep = `deep: deny({ reason: "r", when: ({ facts }) => ${"(".repeat(5000)}facts.flag${")".repeat(5000)} }),`;
    await expect(compile({ "a.policy.ts": policyOf("deep", deep) })).rejects.toMatchObject({
      code: "FG3012",
    });
  });
});
