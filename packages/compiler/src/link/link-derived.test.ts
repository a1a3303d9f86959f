import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RuleInfo } from "@forego/core";
import { evaluateRelease } from "@forego/ir";
import { describe, expect, onTestFinished, test } from "vitest";
import { formatDiagnostic } from "../diagnostics/diagnostic.ts";
import { createPolicyCompiler } from "../policy-compiler.ts";
import { type LinkedRelease, type Linking, linkRelease } from "./link-release.ts";

const schema = `import { int } from "@forego/dsl";
import { z } from "zod";
export const capabilities = z.object({ limit: int({ min: 0, max: 100 }), is_staff: z.boolean() });
`;

const deriving = (limit: string) => `import { int, policy } from "@forego/dsl";
import { z } from "zod";
import { capabilities } from "./capabilities.ts";
export default policy({
  category: "identity",
  name: "deriving",
  version: "1.0.0",
  derives: capabilities,
  data: z.object({ limit: int({ min: 0, max: 100 }) }),
  rules: ({ derive }) => ({
    limit: derive({ value: ({ user, data }) => ${limit} }),
    is_staff: derive({ value: ({ user }) => user.groups.includes("staff") }),
  }),
});
`;

const reading = `import { policy } from "@forego/dsl";
import { z } from "zod";
import { capabilities } from "./capabilities.ts";
export default policy({
  name: "reading",
  version: "1.0.0",
  derived: capabilities,
  facts: z.object({ count: z.int() }),
  rules: ({ allow, deny }) => ({
    above: deny({ reason: "above", when: ({ derived, facts }) => facts.count > derived.limit && derived.limit > 3 }),
    staff: allow({ reason: "staff", when: ({ derived }) => derived.is_staff }),
    other: deny({ reason: "other", when: ({ facts }) => facts.count > 50 }),
  }),
});
`;

const files = {
  "capabilities.ts": schema,
  "deriving.policy.ts": deriving('user.id === "x" ? 5 : data.limit'),
  "deriving.data.json": `{ "limit": 7 }`,
  "reading.policy.ts": reading,
};

/** A folder that is linked again after each change. */
function open() {
  const dir = mkdtempSync(join(tmpdir(), "forego-derived-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const compiler = createPolicyCompiler(dir);
  onTestFinished(() => compiler.close());
  return async (changes: Readonly<Record<string, string>>): Promise<Linking> => {
    for (const [name, text] of Object.entries(changes)) writeFileSync(join(dir, name), text);
    const { policies, diagnostics } = await compiler.compile();
    expect(diagnostics.map(formatDiagnostic)).toEqual([]);
    return linkRelease(policies);
  };
}

/** As {@link open}, for what links. */
function openSound() {
  const link = open();
  return async (changes: Readonly<Record<string, string>>): Promise<LinkedRelease> => {
    const linking = await link(changes);
    if (!linking.ok) throw new Error(linking.diagnostics.map(formatDiagnostic).join("\n"));
    return linking.release;
  };
}

const ruleOf = ({ info }: LinkedRelease, name: string): RuleInfo => {
  const rule = info.rules.find(({ id }) => id === `resource.reading.${name}`);
  if (rule === undefined) throw new Error(`there is no rule ${name}`);
  return rule;
};

const call = { type: "tool_call", tool: "t" };
const user = { id: "y", groups: ["staff"] };

describe("a rule that reads what is derived", () => {
  test("also reads what that is computed from, and no more", async () => {
    const release = await openSound()(files);
    const reads = (name: string) => {
      const { requires, reads } = ruleOf(release, name);
      return { requires, reads };
    };
    expect(reads("above")).toEqual({
      requires: ["facts.count", "user.id"],
      reads: { fields: { facts: { fields: { count: true } }, user: { fields: { id: true } } } },
    });
    expect(reads("staff")).toEqual({
      requires: ["user.groups"],
      reads: { fields: { user: { fields: { groups: { items: true, max: 1000 } } } } },
    });
    expect(reads("other").requires).toEqual(["facts.count"]);
  });

  test("is invalid without it, and makes no other rule so", async () => {
    const { ir } = await openSound()(files);
    const decide = (input: object) => evaluateRelease(ir, { action: call, granted: [], ...input });
    expect(decide({ facts: { count: 3 }, user: { id: "y" } })).toMatchObject({
      hits: [],
      invalid: ["resource.reading.staff"],
      missing: ["user.groups"],
      reasons: ["forego.no_matching_allow"],
    });
    expect(decide({ facts: { count: 51 } })).toMatchObject({
      hits: ["resource.reading.other"],
      invalid: ["resource.reading.above", "resource.reading.staff"],
      missing: ["user.groups", "user.id"],
      reasons: ["forego.invalid_rule", "other"],
    });
    expect(decide({ facts: { count: 6 }, user })).toMatchObject({ effect: "allow", reasons: ["staff"] });
    expect(decide({ facts: { count: 6 }, user: { ...user, id: "x" } })).toMatchObject({ reasons: ["above"] });
  });

  test("means something else when that is computed otherwise, and only then", async () => {
    const link = openSound();
    const meanings = (release: LinkedRelease) =>
      ["above", "staff", "other"].map((name) => ruleOf(release, name).meaning);
    const [above, ...others] = meanings(await link(files));
    const spaced = deriving('/* as before */ user.id === "x" ? 5 : data.limit');
    expect(meanings(await link({ "deriving.policy.ts": spaced }))).toEqual([above, ...others]);
    const [changed, ...unchanged] = meanings(
      await link({ "deriving.policy.ts": deriving('user.id === "x" ? 6 : data.limit') }),
    );
    expect(changed).not.toBe(above);
    expect(unchanged).toEqual(others);
    const [again] = meanings(await link({ "deriving.data.json": `{ "limit": 8 }` }));
    expect([above, changed]).not.toContain(again);
  });

  test("sees a value that is computed once, and not at all where nobody reads it", async () => {
    const { ir } = await openSound()(files);
    const values = ir.policies.flatMap(({ derivations }) => derivations.map(({ value }) => value));
    const seen: unknown[] = [];
    const input = { action: call, granted: [], facts: { count: 9 }, user };
    evaluateRelease(ir, input, (node, value) => {
      if (values.includes(node)) seen.push(value);
    });
    expect(seen).toEqual([7, true]);
    seen.length = 0;
    const result = { ...input, action: { ...call, type: "tool_result" } };
    evaluateRelease(ir, result, (node) => values.includes(node) && seen.push(node));
    expect(seen).toEqual([]);
  });

  test("takes its steps, too, and none where nobody reads it", async () => {
    const link = open();
    const slow = deriving(
      "user.groups.every((one) => user.groups.every((two) => user.groups.some((six) => six.startsWith(one + two)))) ? data.limit : 0",
    );
    const found = async (changes: Readonly<Record<string, string>>) => {
      const linking = await link(changes);
      return linking.ok ? [] : linking.diagnostics.map(({ code, file, line }) => `${file}:${line} ${code}`);
    };
    expect(await found({ ...files, "deriving.policy.ts": slow })).toEqual(["deriving.policy.ts:11 FG3002"]);
    const unread = reading.replaceAll("derived.limit", "7");
    expect(await found({ "reading.policy.ts": unread })).toEqual([]);
  });
});
