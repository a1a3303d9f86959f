import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareInProcess, createComparison } from "@forego/testing";
import { expect, test } from "vitest";
import { buildTogether } from "./built-policy.ts";
import { seed } from "./parameters.ts";

const policy = `import { cidrContains, emailDomain, int, isInside, policy, toMinorUnits, tool, urlHost, urlScheme } from "@forego/dsl";
import { z } from "zod";
const send = tool("send", z.object({ amount: z.string(), to: z.string(), url: z.string(), ip: z.string(), file: z.string() }));
export default policy({
  category: "compliance",
  name: "asks",
  version: "1.0.0",
  rules: ({ deny }) => ({
    amount: deny({ reason: "amount", tool: send, when: ({ args }) => (toMinorUnits(args.amount, 2) ?? 100) >= 100 }),
    to: deny({ reason: "to", tool: send, when: ({ args }) => emailDomain(args.to) !== "corp.example" }),
    url: deny({ reason: "url", tool: send, when: ({ args }) => urlScheme(args.url) !== "https" || urlHost(args.url) !== "cdn.example" }),
    ip: deny({ reason: "ip", tool: send, when: ({ args }) => !(cidrContains("10.20.0.0/16", args.ip) ?? false) }),
    file: deny({ reason: "file", tool: send, when: ({ args }) => !(isInside(args.file, "/var/out") ?? false) }),
  }),
});
`;

test("generated inputs show both sides of what a rule asks the functions of the DSL about any text", async () => {
  const folder = mkdtempSync(join(tmpdir(), "forego-understood-"));
  try {
    writeFileSync(join(folder, "asks.policy.ts"), policy);
    const built = await buildTogether(folder);
    try {
      const comparison = createComparison(built.together);
      compareInProcess(comparison, { seed, inputs: 1000 });
      expect(comparison.witnesses.unseen()).toEqual([]);
    } finally {
      await built.dispose();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
