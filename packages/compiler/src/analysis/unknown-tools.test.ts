import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { compilePolicies } from "../compile.ts";

const imports = `import { policy, tool } from "@forego/dsl";
import { z } from "zod";
`;

const asks = (terms: string, head = "") => `${imports}${head}
export default policy({
  name: "asks",
  version: "1.0.0",
  rules: ({ deny }) => ({ asked: deny({ reason: "r", ${terms} }) }),
});
`;

/** The names that are pointed out in a policy that asks for door.unlok, beside another file. */
async function pointedOut(other: string, text = asks(`when: ({ action }) => action.tool === "door.unlok"`)) {
  const dir = mkdtempSync(join(tmpdir(), "forego-tools-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, "asks.policy.ts"), text);
  writeFileSync(join(dir, "other.policy.ts"), other);
  const { diagnostics, warnings } = await compilePolicies(dir);
  expect(diagnostics).toEqual([]);
  return warnings.map(({ code, fix }) => `${code}: ${fix}`);
}

const declares = (declaration: string) =>
  `${imports}${declaration}
export default policy({ name: "other", version: "1.0.0", rules: () => ({}) });
`;

const mistyped = [`FG1035: write 'door.unlock', or declare tool("door.unlok", z.object({ ... }))`];

test("points out a name that is nearly that of a tool of another policy", async () => {
  expect(await pointedOut(declares(`export const unlock = tool("door.unlock", z.object({}));`))).toEqual(
    mistyped,
  );
});

test("knows a tool that its policy calls by another name, and whose own name is a constant", async () => {
  const constant = `import { tool as named } from "@forego/dsl";
const name = "door.unlok";
export const unlock = named(name, z.object({}));`;
  expect(await pointedOut(declares(constant))).toEqual([]);
});

test("says nothing where no tool is declared", async () => {
  expect(await pointedOut(declares(""))).toEqual([]);
});

test("says nothing where the name of a tool is computed", async () => {
  const computed = `const door = (name: string) => tool(\`door.\${name}\`, z.object({}));
export const shut = tool("door.shut", z.object({}));
export const unlock = door("unlok");`;
  expect(await pointedOut(declares(computed))).toEqual([]);
});

test("says nothing of a rule for models", async () => {
  const model = asks(`on: ["tool_call", "model_call"], when: ({ action }) => action.tool === "gpt-5"`);
  const unlock = declares(`export const unlock = tool("door.unlock", z.object({}));`);
  expect(await pointedOut(unlock, model)).toEqual([]);
});
