import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How large a folder of policies is. */
export interface FolderSize {
  readonly policies: number;
  readonly rules: number;
}

/** Writes a folder of policies that are alike, with a helper that all import, a data file each, and rules of several forms. */
export async function writeManyPolicies(dir: string, { policies, rules }: FolderSize): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "shared.ts"), sharedText);
  for (let index = 0; index < policies; index++) {
    await writeFile(join(dir, `policy-${index}.policy.ts`), policyText(index, rules));
    await writeFile(join(dir, `policy-${index}.data.json`), JSON.stringify({ limit: index, teams: {} }));
  }
}

const sharedText = `/** Whether a name is among those that are known. */
export function isKnown(name: string, names: readonly string[]): boolean {
  return names.some((known) => known === name || known.startsWith(name));
}
`;

function policyText(index: number, rules: number): string {
  const lines = Array.from({ length: rules }, (_, rule) => ruleText(rule));
  return `import { policy, tool } from "@forego/dsl";
import { z } from "zod";
import { isKnown } from "./shared.ts";

const transfer = tool(
  "bank.transfer_${index}",
  z.object({ amount: z.int().min(0).max(1_000_000), to: z.string().max(100), memo: z.string().optional() }),
);

/** Policy ${index} of many. */
export default policy({
  category: "compliance",
  name: "policy_${index}",
  version: "1.0.0",
  data: z.object({ limit: z.int(), teams: z.record(z.string(), z.array(z.string())) }),
  facts: z.object({ risk: z.number(), region: z.string().optional(), tags: z.array(z.string()) }),
  rules: ({ deny, requireApproval }) => ({
${lines.join("\n")}
  }),
});
`;
}

/** One of five forms in turn. */
function ruleText(rule: number): string {
  const forms = [
    `deny({ reason: "large", tool: transfer, when: ({ args, data }) => args.amount > data.limit && args.memo === undefined })`,
    `deny({ reason: "uncleared", when: ({ action, user }) => action.data_classes_referenced.some((name) => !user.data_classifications_authorized.includes(name)) })`,
    `deny({ reason: "scope", when: ({ agent, action, data }) => !(data.teams[agent.scope]?.includes(action.tool) ?? false) })`,
    `requireApproval({ reason: "risky", when: ({ facts }) => { if (facts.region === undefined) return facts.risk > ${rule}; return isKnown(facts.region, facts.tags); } })`,
    `deny({ reason: "turns", when: ({ context, environment }) => context.turn_count > ${rule} && (environment.is_production || environment.region.endsWith("-${rule}")) })`,
  ];
  return `    /** Rule ${rule}. */\n    rule_${rule}: ${forms[rule % forms.length]},`;
}
