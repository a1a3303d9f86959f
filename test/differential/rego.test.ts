import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { evaluateRelease } from "@forego/ir";
import { lintRego } from "@forego/wasm/opa";
import { afterAll, describe, expect, test } from "vitest";
import { buildLanguage, languageFolder, readableFolder } from "./built-policy.ts";

const language = await buildLanguage(languageFolder);
const readable = await buildLanguage(readableFolder);
afterAll(() => Promise.all([language.dispose(), readable.dispose()]));

test("is what opa check --strict and opa fmt want, for everything in the language", async () => {
  expect(await lintRego(language.together.files)).toBe("");
});

describe("a readable policy", () => {
  const golden = join(readableFolder, "data-access.rego");

  // to take a change over, run with UPDATE_GOLDEN=1 and review the difference
  test("is compiled to the Rego beside it", () => {
    const module = readable.together.files.find(({ path }) => path.endsWith("/data_access.rego"));
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(golden, module?.text ?? "");
    expect(module?.text).toBe(readFileSync(golden, "utf8"));
  });

  const user = { id: "u", groups: [], data_classifications_authorized: ["internal"] };
  const open = { region: "eu", is_production: true };
  const search = { tool: "crm.search", data_classes_referenced: ["internal", "public"] };
  const refund = { tool: "refund.issue", data_classes_referenced: [] };

  test.each([
    ["says nothing about a cleared user in an open region", search, open, [], []],
    [
      "denies a class that the user is not cleared for",
      { ...search, data_classes_referenced: ["secret"] },
      open,
      ["user_data_access"],
      [],
    ],
    ["denies a closed region", search, { ...open, region: "us-west" }, ["region"], []],
    ["takes an environment that is not known for production", search, { region: "us-west" }, ["region"], []],
    ["lets tests run in a closed region", search, { region: "us-west", is_production: false }, [], []],
    ["asks for a large refund", { ...refund, args: { amount: 501 } }, open, ["large_refund"], []],
    [
      "asks for an urgent refund",
      { ...refund, args: { amount: 1, note: "urgent!" } },
      open,
      ["large_refund"],
      [],
    ],
    [
      "cannot check an amount that is not one",
      { ...refund, args: { amount: "501" } },
      open,
      [],
      ["large_refund"],
    ],
    ["cannot check a region that is not known", search, {}, [], ["region"]],
  ])("%s", async (_title, action, environment, hits, invalid) => {
    const input = { action: { type: "tool_call", ...action }, user, environment, granted: [] };
    const ids = (names: readonly string[]) => names.map((name) => `compliance.data_access.${name}`);
    const expected = { hits: ids(hits), invalid: ids(invalid) };
    const { ir, wasm, opa } = readable.together;
    expect(evaluateRelease(ir, input)).toMatchObject(expected);
    expect(wasm.evaluate(input)).toMatchObject(expected);
    expect(await opa.evaluate(input)).toMatchObject(expected);
  });
});
