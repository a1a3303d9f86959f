import { expect, test } from "vitest";
import { nothingSaid, refuseOutput } from "./engine.ts";

test("a refusal leaves nothing to be done with the call", () => {
  const obligations = [{ kind: "redact", rule: "compliance.care.hidden", paths: ["args.to"] } as const];
  const asked = { ...nothingSaid, effect: "require_approval", reasons: ["asked"], obligations } as const;
  expect(refuseOutput(asked)).toMatchObject({ effect: "deny", obligations: [] });
});
