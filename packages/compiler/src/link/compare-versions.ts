/** Orders semantic versions, lowest first (Semantic Versioning 2.0.0, section 11): for `sort`. */
export function compareVersions(left: string, right: string): number {
  const [leftCore = "", leftPre] = split(left);
  const [rightCore = "", rightPre] = split(right);
  const core = compareParts(leftCore.split("."), rightCore.split("."));
  if (core !== 0) return core;
  if (leftPre === undefined || rightPre === undefined)
    return Number(leftPre === undefined) - Number(rightPre === undefined);
  return compareParts(leftPre.split("."), rightPre.split("."));
}

function split(version: string): readonly [string, string | undefined] {
  const dash = version.indexOf("-");
  return dash < 0 ? [version, undefined] : [version.slice(0, dash), version.slice(dash + 1)];
}

function compareParts(left: readonly string[], right: readonly string[]): number {
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part !== other) return comparePart(part, other);
  }
  return left.length - right.length;
}

function comparePart(left: string, right: string): number {
  const [leftIsNumber, rightIsNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)];
  if (leftIsNumber && rightIsNumber) return Number(left) - Number(right);
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1;
  return left < right ? -1 : 1;
}
