import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compilePolicies } from "../../compile.ts";
import { sayPolicy } from "./say-policy.ts";

const fixtures = fileURLToPath(new URL("../../../fixtures/", import.meta.url));
const folders = ["language", "obligations", "readable"];
const compiled = await Promise.all(
  folders.map(async (folder) => {
    const { policies } = await compilePolicies(join(fixtures, folder));
    return policies.map((policy) => ({
      policy,
      name: `${folder}/${policy.file.replace(/\.policy\.ts$/, "")}`,
    }));
  }),
);

describe("a policy in words", () => {
  test.each(compiled.flat())("is as written beside it: $name", ({ policy, name }) => {
    const path = join(fixtures, `${name}.prose.txt`);
    const text = `${sayPolicy(policy)}\n`;
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, "utf8"));
  });
});
