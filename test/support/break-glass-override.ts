/** Writes the override that lifts a rule of a policy for whoever has been given leave to `export`; see `buildLifted`. */
export function breakGlassOverride(policy: string, rule: string): (meaning: string) => string {
  return (meaning) => `
    import { isoTime, policy } from "@forego/dsl";
    import { z } from "zod";
    import lifted from "./${policy}.policy.ts";
    const grant = z.object({ id: z.string(), purpose: z.string(), expires_at: isoTime() });
    export default policy({
      category: "override",
      name: "incident",
      version: "1.0.0",
      owner: "oncall",
      justification: "Whoever was given leave may export.",
      expires: "2099-01-01T00:00:00Z",
      facts: z.object({ break_glass: z.array(grant) }),
      rules: ({ lift }) => ({
        leave: lift({
          reason: "leave_given",
          lifts: [{ rule: lifted.rules.${rule}, meaning: "${meaning}" }],
          when: ({ facts }) => facts.break_glass.some(({ id, purpose }) => id !== "" && purpose === "export"),
        }),
      }),
    });
  `;
}
