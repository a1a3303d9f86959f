import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRego } from "@forego/wasm/opa";
import { describe, expect, onTestFinished, test } from "vitest";
import { linkRelease } from "../link/link-release.ts";
import { createPolicyCompiler } from "../policy-compiler.ts";

const policyText = (reads = '"input"', rest = "") => `import { int, rego, tool } from "@forego/dsl";
import { z } from "zod";
const pay = tool("pay", z.object({ amount: int(), to: z.string().optional() }));
export default rego({
  name: "payments",
  version: "1.0.0",
  module: "./payments.rego",
  reads: ${reads},
  ${rest}
  rules: ({ deny }) => ({ limit: deny({ reason: "above_limit", tool: pay }) }),
});
`;

const regoText = (text: string) => `package forego.resource.rego.payments

import rego.v1

${text}
`;

/** A folder with a policy and its Rego, and the compiler that is kept for it. */
function open(rego: string, policy = policyText()) {
  const dir = mkdtempSync(join(tmpdir(), "forego-handwritten-"));
  const compiler = createPolicyCompiler(dir, { parseRego });
  onTestFinished(() => {
    compiler.close();
    rmSync(dir, { recursive: true });
  });
  const write = (name: string, text: string) => writeFileSync(join(dir, name), text);
  write("payments.policy.ts", policy);
  write("payments.rego", regoText(rego));
  return { dir, write, compile: () => compiler.compile() };
}

async function codesOf(rego: string, policy?: string): Promise<readonly string[]> {
  const { diagnostics } = await open(rego, policy).compile();
  return diagnostics.map(({ file, line, code }) => `${file}:${line} ${code}`);
}

/** The codes that each of some modules gets, all compiled at once. */
async function codesOfAll(
  modules: readonly string[],
  readsOf: (index: number) => string | undefined = () => undefined,
): Promise<readonly (readonly string[])[]> {
  const { write, compile } = open(hit("true"));
  for (const [index, text] of modules.entries()) {
    write(`p${index}.policy.ts`, policyText(readsOf(index)).replaceAll("payments", `p${index}`));
    write(`p${index}.rego`, regoText(text).replace("payments", `p${index}`));
  }
  const { diagnostics } = await compile();
  return modules.map((_text, index) => {
    const own = diagnostics.filter(({ file }) => file.startsWith(`p${index}.`));
    return [...new Set(own.map(({ code }) => code))];
  });
}

const hit = (body: string) => `hits contains "limit" if { ${body} }`;
const asks = hit("value");

/** Modules in which everything has one value, whatever the input. */
const single: Readonly<Record<string, string>> = {
  "one value in many definitions": `${asks}\n\nvalue if input.user.id == "a"\n\nvalue if input.user.groups[_] == "b"`,
  "a default beside one definition": `${asks}\n\ndefault value := 3\n\nvalue := n if n := input.action.args.amount`,
  "other cases in else": `${asks}\n\nvalue := 1 if { input.user.groups[_] == "b" } else := 2`,
  "sets and lists of what is iterated": `${asks}\n\nvalue contains g if some g in input.user.groups`,
  "a comprehension": `${asks}\n\nvalue := [g | some g in input.user.groups]`,
  "what is looked up by an argument": `${hit('value("a") > 1')}\n\nvalue(x) := y if { t := {"a": 2}; y := t[x] }`,
  "entries that are taken over": `${hit('value["a"] > 1')}\n\nvalue := {k: w | some k, v in input.action.args; w := v * 2}`,
  every: `${asks}\n\nvalue := n if { n := input.action.args.amount; every g in input.user.groups { g != n } }`,
};

/** Modules in which something may have two. */
const contradicting: Readonly<Record<string, string>> = {
  "a variable that is declared": `${asks}\n\nvalue := x if { some x; input.user.groups[x] == "a" }`,
  "a wildcard in the value": `${asks}\n\nvalue := input.user.groups[_]`,
  "a wildcard in else": `${asks}\n\nvalue := 1 if { input.user.id == "a" } else := input.user.groups[_]`,
  "a set that is gone through": `${asks}\n\nvalue := n if { {1, 2}[n] }`,
  "what every goes through": `${asks}\n\nvalue := n if { every x in input.agent.chain[n] { x != "" } }`,
  "a key that is computed": `${hit("value.a == 1")}\n\nvalue := {input.user.id: 1, input.agent.id: 2}`,
  "keys that are chosen twice": `${hit("value.a == 1")}\n\nvalue := {k: g | some k, _ in input.action.args; some g in input.user.groups}`,
  "a function with two values": `${hit("value(1) == 1")}\n\nvalue(x) := 1 if x > 0\n\nvalue(x) := 2 if x < 9`,
};

test("hand-written Rego is linked where everything has one value", async () => {
  const codes = await codesOfAll(Object.values(single));
  expect(codes.map((own, index) => [Object.keys(single)[index], own])).toEqual(
    Object.keys(single).map((name) => [name, []]),
  );
});

test("hand-written Rego is refused where something may have two", async () => {
  const codes = await codesOfAll(Object.values(contradicting));
  expect(codes.map((own, index) => [Object.keys(contradicting)[index], own])).toEqual(
    Object.keys(contradicting).map((name) => [name, ["FG1033"]]),
  );
});

describe("hand-written Rego", () => {
  test("is guarded by what the rule says that it reads, and marked with its place", async () => {
    const reads = '["action.args.amount", "action.args.to?", "user.groups", "context.turn_count?"]';
    const { policies } = await open(hit("input.action.args.amount > 3"), policyText(reads)).compile();
    const [rule] = policies[0]?.rules ?? [];
    expect(rule).toMatchObject({
      id: "resource.payments.limit",
      requires: ["action.args.amount", "action.args.to", "user.groups", "context.turn_count"],
      reads: {
        fields: {
          action: { fields: { args: { fields: { amount: true, to: true } } } },
          user: { fields: { groups: { items: true, max: 1000 } } },
          context: { fields: { turn_count: true } },
        },
      },
      rego: { file: "payments.rego", line: 5, column: 1 },
      source: { file: "payments.policy.ts", line: 10, column: 27 },
    });
    expect(
      policies[0]?.ir.rules[0]?.guard.filter(({ optional }) => optional).map(({ path }) => path.at(-1)),
    ).toEqual(["to", "turn_count"]);
  });

  test("is linked byte for byte, in a package of its own, and its lines lead to it", async () => {
    const { policies } = await open(hit("input.action.args.amount > 3")).compile();
    const linking = linkRelease(policies);
    if (!linking.ok) throw new Error("not linked");
    const { bundles, sourceMap } = linking.release;
    const path = "forego/resource/rego/payments.rego";
    expect(bundles[0]?.files.find((file) => file.path === path)?.text).toBe(
      regoText(hit("input.action.args.amount > 3")),
    );
    expect(sourceMap[path]).toMatchObject([{ line: 5, origin: { file: "payments.rego", line: 5 } }]);
  });

  test("means something else when it changes, and is compiled again then", async () => {
    const { write, compile } = open(hit("input.action.args.amount > 3"));
    const meaning = async () => {
      const { policies, compiled } = await compile();
      return { meaning: policies[0]?.rules[0]?.meaning, compiled };
    };
    const first = await meaning();
    expect(await meaning()).toEqual({ ...first, compiled: 0 });
    write("payments.rego", regoText(hit("input.action.args.amount > 4")));
    const second = await meaning();
    expect(second.compiled).toBe(1);
    expect(second.meaning).not.toBe(first.meaning);
  });

  test("is told with its code frame, and mended in the Rego alone", async () => {
    const { write, compile } = open(hit("input.action.args.amount >"));
    expect((await compile()).diagnostics[0]).toMatchObject({
      code: "FG1030",
      file: "payments.rego",
      line: 5,
    });
    write("payments.rego", regoText(hit("input.action.args.amount > 3")));
    expect((await compile()).diagnostics).toEqual([]);
  });

  test("is not read from outside of the folder, by no link either", async () => {
    const { dir } = open(hit("input.action.args.amount > 3"));
    const { dir: other, compile } = open(hit("true"));
    rmSync(join(other, "payments.rego"));
    symlinkSync(join(dir, "payments.rego"), join(other, "payments.rego"));
    expect((await compile()).diagnostics.map(({ message }) => message)).toEqual([
      "'./payments.rego' is not below the folder of the policies",
    ]);
  });

  test("reads through the rules that it asks what it must say, each rule for itself", async () => {
    const rego = `${hit("named")}\n\nnamed if ids[input.agent.id]\n\nids contains input.user.id`;
    expect(await codesOf(rego, policyText('["agent.id"]'))).toEqual(["payments.rego:9 FG1032"]);
    expect(await codesOf(rego, policyText('["agent.id", "user"]'))).toEqual([]);
  });

  test("reads no state, nothing derived, and nothing that no schema names", async () => {
    const paths = ["state.x", "derived.x", "granted", "facts.x", "action.args.other"];
    const modules = paths.map((path) => hit(`input.${path}`));
    const codes = await codesOfAll(modules, (index) => `["${paths[index]}"]`);
    for (const [index, own] of codes.entries()) expect(own, paths[index]).toContain("FG1034");
  });

  test("needs a parser, which other policies do not", async () => {
    const { dir } = open(hit("true"));
    const compiler = createPolicyCompiler(dir);
    const { diagnostics } = await compiler.compile();
    compiler.close();
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ["FG1030", "there is nothing here that reads Rego"],
    ]);
  });
});
