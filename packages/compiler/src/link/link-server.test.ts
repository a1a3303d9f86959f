import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compilePolicies } from "../compile.ts";
import { formatDiagnostic } from "../diagnostics/diagnostic.ts";
import { linkRelease } from "./link-release.ts";

const { policies } = await compilePolicies(
  fileURLToPath(new URL("../../fixtures/obligations/", import.meta.url)),
);

test("a release that comes with a server says so, and may deny, ask, redact and audit", () => {
  const own = policies.map((policy) => ({
    ...policy,
    rules: policy.rules.filter(({ effect }) => effect === "redact"),
  }));
  const linking = linkRelease(
    own.filter(({ name }) => name === "privacy"),
    { server: "crm" },
  );
  expect(linking.ok && linking.release.info.server).toBe("crm");
});

test("a release that comes with a server does not link when it allows, lifts, transforms or counts", () => {
  const linking = linkRelease(policies, { server: "crm" });
  expect(linking.ok ? [] : linking.diagnostics.map(({ code, message }) => [code, message])).toEqual([
    ["FG3009", expect.stringContaining("'resource.gate.allows', which is a rule to allow")],
    ["FG3009", expect.stringContaining("'override.incident.lifts', which is a rule to lift")],
    ["FG3009", expect.stringContaining("'compliance.privacy.limits', which is a rule to transform")],
    ["FG3009", expect.stringContaining("'workflow.spend.weekly', which is a rule to budget")],
  ]);
  expect(linking.ok ? "" : formatDiagnostic(linking.diagnostics[0] as never)).toContain("gate.policy.ts:");
});
