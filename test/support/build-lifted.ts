import { type BuiltRelease, buildRelease, type PolicyFiles } from "./build-release.ts";

/**
 * Builds policies, and beside them the override that lifts a rule of theirs, found by its reason: `lifting` makes it of
 * what the rule means.
 */
export async function buildLifted(
  policies: PolicyFiles,
  reason: string,
  lifting: (meaning: string) => string,
): Promise<BuiltRelease> {
  const unlifted = await buildRelease(policies);
  const rule = unlifted.release.info.rules.find((one) => one.reason === reason);
  await unlifted.remove();
  if (rule === undefined) throw new Error(`no rule says '${reason}'`);
  return buildRelease({ ...policies, "incident.policy.ts": lifting(rule.meaning.slice(7, 19)) });
}
