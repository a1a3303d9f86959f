import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compilePolicies, formatDiagnostic } from "@forego/compiler";
import { type Phase, phases } from "@forego/core";
import { makeModuleFolder } from "../support/module-folder.ts";

/** A rule that says what the fact of its name says: it matches, does not, or cannot be checked. */
export interface SwitchedRule {
  readonly policy: string;
  readonly name: string;
  readonly effect: "allow" | "deny" | "requireApproval" | "redact" | "transform" | "audit" | "lift";
  /** Whether it speaks of one tool only. */
  readonly isPinned?: boolean;
  /** What else its effect needs, as it is written. */
  readonly terms?: string;
  readonly lifts?: readonly string[];
}

/** In which order policies, their rules, and what these name are written. */
export type Order = <T>(items: readonly T[]) => readonly T[];

const byOncall = 'overridable: { by: ["oncall"] }';
const byEither = 'overridable: { by: ["oncall", "lead"] }';

/** Rules of every category and effect; some of one tool only, some that are lifted, by one or by two. */
export const switchedRules: readonly SwitchedRule[] = [
  { policy: "people", name: "stranger", effect: "deny" },
  { policy: "people", name: "suspended", effect: "deny", terms: byOncall },
  { policy: "gate", name: "open", effect: "allow" },
  { policy: "gate", name: "open_to_mail", effect: "allow", isPinned: true },
  { policy: "gate", name: "closed", effect: "deny", terms: byEither },
  { policy: "gate", name: "closed_to_mail", effect: "deny", isPinned: true },
  { policy: "gate", name: "asked", effect: "requireApproval", terms: byOncall },
  { policy: "pace", name: "too_fast", effect: "deny" },
  { policy: "pace", name: "reviewed", effect: "requireApproval", terms: byEither },
  { policy: "privacy", name: "uncleared", effect: "deny" },
  { policy: "privacy", name: "consent", effect: "requireApproval" },
  { policy: "privacy", name: "hides_to", effect: "redact", terms: 'paths: ["args.to"]' },
  {
    policy: "privacy",
    name: "hides_rows",
    effect: "redact",
    terms: 'paths: ["args.to", "result.rows[*].ssn"]',
  },
  { policy: "privacy", name: "halves", effect: "transform", isPinned: true, terms: "set: { size: () => 5 }" },
  { policy: "privacy", name: "limits", effect: "transform", isPinned: true, terms: "set: { size: () => 6 }" },
  {
    policy: "privacy",
    name: "renames",
    effect: "transform",
    isPinned: true,
    terms: 'set: { to: () => "desk" }',
  },
  { policy: "privacy", name: "noted", effect: "audit" },
  { policy: "incident", name: "takes_back", effect: "lift", lifts: ["suspended", "closed", "asked"] },
  { policy: "incident", name: "locked", effect: "deny" },
  { policy: "lead", name: "waives", effect: "lift", lifts: ["closed", "reviewed"] },
];

const override = (owner: string, expires: string) => ({
  category: "override",
  terms: `owner: "${owner}", justification: "tried", expires: "${expires}"`,
});

const headers: Readonly<Record<string, { readonly category: string; readonly terms: string }>> = {
  people: { category: "identity", terms: 'owner: "security"' },
  gate: { category: "resource", terms: 'owner: "platform"' },
  pace: { category: "workflow", terms: 'owner: "platform"' },
  privacy: { category: "compliance", terms: 'owner: "privacy"' },
  incident: override("oncall", "2030-01-01T00:00:00Z"),
  lead: override("lead", "2028-01-01T00:00:00Z"),
};

/** The name by which decisions know a rule. */
export function idOf({ policy, name }: SwitchedRule): string {
  return `${headers[policy]?.category}.${policy}.${name}`;
}

/** Times before any lift has expired, after one has, and after both have. */
export const times = ["2027-01-01T00:00:00Z", "2029-01-01T00:00:00Z", "2031-01-01T00:00:00Z"] as const;

/** How the policies are written. */
export interface Writing {
  readonly order: Order;
  readonly byDefault: "allow" | "deny";
  /** What the rules mean that are taken back, by their names: without it, nothing that takes back is written. */
  readonly meanings?: ReadonlyMap<string, string>;
}

/** Writes the policies into a folder of their own, which the caller removes. */
export async function writeSwitchedPolicies(writing: Writing): Promise<string> {
  const folder = await makeModuleFolder();
  const written = Object.keys(headers).filter((name) => writing.meanings !== undefined || !isLifting(name));
  const names = writing.order(written);
  const fileOf = (policy: string) => `${names.indexOf(policy)}-${policy}.policy.ts`;
  for (const name of names) await writeFile(join(folder, fileOf(name)), textOf(name, { ...writing, fileOf }));
  return folder;
}

/** What each rule means that may be taken back, by its name, as the compiler tells. */
export async function readMeanings(): Promise<ReadonlyMap<string, string>> {
  const folder = await writeSwitchedPolicies({ order: (items) => items, byDefault: "deny" });
  const { policies, diagnostics } = await compilePolicies(folder);
  await rm(folder, { recursive: true });
  if (diagnostics.length > 0) throw new Error(diagnostics.map(formatDiagnostic).join("\n"));
  const rules = policies.flatMap((policy) => policy.rules);
  return new Map(rules.map(({ reason, meaning }) => [reason, meaning.slice(7, 19)]));
}

function isLifting(policy: string): boolean {
  return switchedRules.some((rule) => rule.policy === policy && rule.lifts !== undefined);
}

interface PlacedWriting extends Writing {
  readonly fileOf: (policy: string) => string;
}

function textOf(policy: string, writing: PlacedWriting): string {
  const { category, terms } = headers[policy] ?? {};
  const { order, byDefault, fileOf } = writing;
  const rules = order(switchedRules.filter((rule) => rule.policy === policy));
  const lifted = switchedRules.filter(({ name }) => rules.some(({ lifts = [] }) => lifts.includes(name)));
  const imported = order([...new Set(lifted.map((rule) => rule.policy))]);
  return `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";
${imported.map((name) => `import ${name} from "./${fileOf(name)}";`).join("\n")}
export const send = tool("mail.send", z.object({ to: z.string(), size: z.number().min(0).max(100) }));
export default policy({
  category: "${category}", ${terms}, name: "${policy}", version: "1.0.0",
  ${policy === "gate" && byDefault === "allow" ? 'default: "allow",' : ""}
  facts: z.object({ ${order(rules.map(({ name }) => `${name}: z.boolean()`)).join(", ")} }),
  rules: ({ ${order([...new Set(rules.map(({ effect }) => effect))]).join(", ")} }) => ({
    ${rules.map((rule) => ruleText(rule, writing)).join("\n    ")}
  }),
});
`;
}

/** A result cannot wait for an approval. */
function phasesOf(effect: SwitchedRule["effect"]): readonly Phase[] {
  return effect === "requireApproval" ? phases.filter((phase) => phase !== "tool_result") : phases;
}

function ruleText(
  { name, effect, isPinned, terms, lifts = [] }: SwitchedRule,
  { order, meanings }: Writing,
): string {
  const those = order(lifts).map((lifted) => {
    const rule = switchedRules.find((one) => one.name === lifted);
    return `{ rule: ${rule?.policy}.rules.${lifted}, meaning: "${meanings?.get(lifted)}" }`;
  });
  // what is changed or taken out decides itself in which phases it is
  const on = effect === "redact" || effect === "transform" ? undefined : order(phasesOf(effect));
  const parts = [
    `reason: "${name}"`,
    ...(on === undefined ? [] : [`on: ${JSON.stringify(on)}`]),
    ...(isPinned === true ? ["tool: send"] : []),
    ...(terms === undefined ? [] : [terms]),
    ...(those.length === 0 ? [] : [`lifts: [${those.join(", ")}]`]),
    `when: ({ facts }) => facts.${name}`,
  ];
  return `${name}: ${effect}({ ${parts.join(", ")} }),`;
}
