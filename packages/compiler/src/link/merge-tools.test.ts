import { rm } from "node:fs/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { writeFolder } from "../../../../test/support/build-release.ts";
import { compilePolicies } from "../compile.ts";
import { sayPolicy } from "../emit/prose/say-policy.ts";
import { linkRelease } from "./link-release.ts";
import { mergeTools } from "./merge-tools.ts";

const policyOf = (name: string, tools: string) => `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";

${tools}

export default policy({
  name: "${name}",
  version: "1.0.0",
  rules: ({ deny }) => ({ never: deny({ reason: "never", when: ({ action }) => action.tool === "" }) }),
});
`;

const files = {
  "a.policy.ts": policyOf(
    "a",
    `export const search = tool("search", z.object({}), { data_classes: ["people"], classify: { args: ["pii"] } });
export const run = tool("run", z.object({}), { classify: { args: ["secrets"] } });
export const list = tool("list", z.object({}), { classify: { result: ["pii"] } });
export const plain = tool("plain", z.object({}));`,
  ),
  "b.policy.ts": policyOf(
    "b",
    `export const search = tool("search", z.object({}), { data_classes: [], classify: { result: ["secrets", "pii"] } });`,
  ),
};

describe("what policies declare of tools", () => {
  test("is carried in the release, all declarations of a tool together", async () => {
    const dir = await writeFolder(files);
    onTestFinished(() => rm(dir, { recursive: true }));
    const { policies, diagnostics } = await compilePolicies(dir);
    expect(diagnostics).toEqual([]);
    const linking = linkRelease(policies);
    expect(linking.ok && linking.release.info.tools).toEqual({
      list: { classify: { result: ["pii"] } },
      run: { classify: { args: ["secrets"] } },
      search: { data_classes: ["people"], classify: { args: ["pii"], result: ["pii", "secrets"] } },
    });
    const [first] = policies;
    expect(first && sayPolicy(first).split("\n").slice(-3)).toEqual([
      "tool list: its results are classified by pii; its calls are forego:unclassified",
      "tool run: its arguments are classified by secrets; its results are forego:unclassified",
      "tool search: touches people; its arguments are classified by pii",
    ]);
  });

  test("keeps tools of any name apart", () => {
    const names = ["__proto__", "constructor", "a"];
    const merged = mergeTools(names.map((name) => [name, { data_classes: [name] }] as const));
    expect([...merged.keys()]).toEqual(["__proto__", "a", "constructor"]);
    expect(merged.get("__proto__")).toEqual({ data_classes: ["__proto__"] });
    expect(mergeTools([["a", { classify: {} }]]).get("a")).toEqual({});
  });
});
