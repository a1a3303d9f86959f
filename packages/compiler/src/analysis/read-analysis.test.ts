import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReadSet } from "@forego/core";
import { expect, test } from "vitest";
import { compilePolicies } from "../compile.ts";

const fields = (parts: Readonly<Record<string, ReadSet>>): ReadSet => ({ fields: parts });
const facts = (parts: Readonly<Record<string, ReadSet>>): ReadSet => fields({ facts: fields(parts) });
const present: ReadSet = { fields: {} };

/** What predicates read, exactly: nothing for what they only name, the presence of what they only ask for. */
const cases: readonly (readonly [string, ReadSet, readonly string[]])[] = [
  ["() => true", present, []],
  ["({ facts }) => facts !== undefined", facts({}), ["facts"]],
  ["({ facts }) => facts.text === 'x'", facts({ text: true }), ["facts.text"]],
  ["({ facts }) => facts.maybe === undefined", facts({ maybe: true }), ["facts.maybe"]],
  ["({ facts }) => facts.owner.name === 'x'", facts({ owner: fields({ name: true }) }), ["facts.owner.name"]],
  ["({ facts }) => facts.team === undefined", facts({ team: present }), ["facts.team"]],
  ["({ facts }) => facts.team?.lead === 'x'", facts({ team: fields({ lead: true }) }), ["facts.team"]],
  ["({ facts }) => facts.list.length > 1", facts({ list: { items: present, max: 1000 } }), ["facts.list"]],
  ["({ facts }) => facts.list.includes('x')", facts({ list: { items: true, max: 1000 } }), ["facts.list"]],
  ["({ facts }) => facts.few.some((one) => one > 1)", facts({ few: { items: true, max: 3 } }), ["facts.few"]],
  [
    "({ facts }) => Math.max(facts.few.length * 2, 3) > 4",
    facts({ few: { items: present, max: 3 } }),
    ["facts.few"],
  ],
  [
    "({ facts }) => facts.items.some((item) => -Math.round(item.size) > 1 || item.parts % 2 === 0)",
    facts({ items: { items: fields({ size: true, parts: true }), max: 1000 } }),
    ["facts.items"],
  ],
  [
    "({ facts }) => facts.items.some((item) => item.id === 'x')",
    facts({ items: { items: fields({ id: true }), max: 1000 } }),
    ["facts.items"],
  ],
  [
    "({ facts }) => facts.items.filter((item) => item.id === 'x').length > 1",
    facts({ items: { items: fields({ id: true }), max: 1000 } }),
    ["facts.items"],
  ],
  [
    "({ facts }) => facts.items.map(({ size }) => size).includes(1)",
    facts({ items: { items: fields({ size: true }), max: 1000 } }),
    ["facts.items"],
  ],
  [
    "({ facts }) => facts.items[0]?.size === 1",
    facts({ items: { items: fields({ size: true }), max: 1000 } }),
    ["facts.items"],
  ],
  [
    "({ facts }) => facts.items.find((item) => item.id === 'x')?.size === 1",
    facts({ items: { items: fields({ id: true, size: true }), max: 1000 } }),
    ["facts.items"],
  ],
  [
    "({ facts }) => facts.items.slice(1).flatMap((item) => [item.name]).length > 1",
    facts({ items: { items: fields({ name: true }), max: 1000 } }),
    ["facts.items"],
  ],
  [
    "({ facts }) => [...facts.list, facts.text].at(-1) === 'x'",
    facts({ list: { items: true, max: 1000 }, text: true }),
    ["facts.list", "facts.text"],
  ],
  [
    "({ facts }) => Object.values(facts.table).some(({ id }) => id === 'x')",
    facts({ table: { values: fields({ id: true }), max: 1000 } }),
    ["facts.table"],
  ],
  [
    "({ facts }) => Object.keys(facts.table).length > 1",
    facts({ table: { values: present, max: 1000 } }),
    ["facts.table"],
  ],
  [
    "({ facts }) => facts.owner[facts.field] === 'x'",
    facts({ owner: fields({ id: true, name: true }), field: true }),
    ["facts.owner.id", "facts.owner.name", "facts.field"],
  ],
  ["({ facts }) => 'x' in facts.table", facts({ table: { values: present, max: 1000 } }), ["facts.table"]],
  [
    "({ facts }) => facts.table[facts.text]?.id === 'x'",
    facts({ table: { values: fields({ id: true }), max: 1000 }, text: true }),
    ["facts.table", "facts.text"],
  ],
  [
    "({ facts }) => { const { id } = facts.owner; const other = facts.text; return id === 'x'; }",
    facts({ owner: fields({ id: true }) }),
    ["facts.owner.id"],
  ],
  ["({ facts }) => { const { id } = facts.owner; return true; }", facts({ owner: present }), ["facts.owner"]],
  ["({ facts: { owner: { id } } }) => true", facts({ owner: present }), ["facts.owner"]],
  ["({ facts }) => isAlways(facts.owner.id)", facts({ owner: present }), ["facts.owner"]],
  [
    "({ facts }) => { switch (facts.owner.id) { default: return true; } }",
    facts({ owner: present }),
    ["facts.owner"],
  ],
  [
    "({ facts }) => { for (const one of facts.few) { if (isNever) return false; } return true; }",
    facts({ few: { items: present, max: 3 } }),
    ["facts.few"],
  ],
  ["({ facts, user, environment }) => true", present, []],
  [
    "({ facts }) => isNamed(facts.owner) || facts.items.some((item) => isNamed(item))",
    facts({ owner: fields({ name: true }), items: { items: fields({ name: true }), max: 1000 } }),
    ["facts.owner.name", "facts.items"],
  ],
  [
    "({ facts }) => (facts.flag ? facts.owner : facts.other).name === 'x'",
    facts({ flag: true, owner: fields({ name: true }), other: fields({ name: true }) }),
    ["facts.flag", "facts.owner.name", "facts.other.name"],
  ],
  ["({ user }) => user.issuer === 'x'", fields({ user: fields({ issuer: true }) }), ["user.issuer"]],
  ["({ user }) => (user?.issuer ?? '') === ''", fields({ user: fields({ issuer: true }) }), ["user"]],
  [
    "({ user, action }) => user.groups.length > 1 && action.tool === 'x'",
    fields({ user: fields({ groups: { items: present, max: 1000 } }), action: fields({ tool: true }) }),
    ["user.groups", "action.tool"],
  ],
  [
    "({ action }) => action.args.x === undefined",
    fields({ action: fields({ args: { values: true, max: 1000 } }) }),
    ["action.args"],
  ],
];

test("rules read exactly what their predicates use", async () => {
  const dir = mkdtempSync(join(tmpdir(), "forego-reads-"));
  const rules = cases.map(([when], index) => `rule_${index}: deny({ reason: "r", when: ${when} }),`);
  writeFileSync(
    join(dir, "reads.policy.ts"),
    `import { policy } from "@forego/dsl";
import { z } from "zod";
const person = z.object({ id: z.string(), name: z.string() });
const isNever = false;
const isAlways = (_name: string): boolean => !isNever;
const isNamed = ({ name }: { readonly name: string }): boolean => name !== "";
export default policy({
  name: "reads",
  version: "1.0.0",
  facts: z.object({
    text: z.string(), flag: z.boolean(), maybe: z.string().optional(), owner: person, other: person,
    team: z.object({ lead: z.string(), size: z.number() }).optional(),
    field: z.enum(["id", "name"]), list: z.array(z.string()), few: z.array(z.number()).max(3), table: z.record(z.string(), person),
    items: z.array(z.object({ id: z.string(), name: z.string(), size: z.number().max(9).min(0), parts: z.int() })),
  }),
  rules: ({ deny }) => ({ ${rules.join("\n")} }),
});`,
  );
  const { policies, diagnostics } = await compilePolicies(dir);
  rmSync(dir, { recursive: true });
  expect(diagnostics).toEqual([]);
  const read = policies
    .flatMap((policy) => policy.rules)
    .map(({ reads, requires }) => ({ reads, requires: [...requires].sort() }));
  for (const [index, [when, reads, requires]] of cases.entries()) {
    expect(read[index], when).toEqual({ reads, requires: [...requires].sort() });
  }
});
