/** The first version whose data API cannot be talked into other policies by a path (CVE-2025-46569). */
const firstSafe = [1, 4, 0] as const;

/** What an operator should know about a version of OPA; nothing for 1.4.0 and above. */
export function versionWarning(version: string | undefined): string | undefined {
  const numbers = /^v?(\d+)\.(\d+)\.(\d+)/
    .exec(version ?? "")
    ?.slice(1)
    .map(Number);
  if (numbers === undefined) return "The OPA server does not tell its version. Use OPA 1.4.0 or above.";
  if (!isBelow(numbers, firstSafe)) return undefined;
  return `The OPA server is of version ${numbers.join(".")}. Use 1.4.0 or above: older ones have CVE-2025-46569.`;
}

function isBelow(version: readonly number[], wanted: readonly number[]): boolean {
  const at = wanted.findIndex((number, index) => version[index] !== number);
  return at >= 0 && (version[at] ?? 0) < (wanted[at] ?? 0);
}
