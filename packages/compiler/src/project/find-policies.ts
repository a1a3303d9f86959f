import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ForegoError } from "@forego/core";

/** How a policy file's name ends. */
export const policyExtension = ".policy.ts";

/**
 * Finds every `*.policy.ts` below a folder, sorted; hidden folders and `node_modules` are not entered.
 *
 * @throws ForegoError FG3011 when the folder cannot be read or has no policy.
 */
export function findPolicies(dir: string): readonly string[] {
  const found = isFolder(dir) ? collect(dir) : [];
  if (found.length > 0) return found.sort();
  throw new ForegoError(
    "FG3011",
    `There is no ${policyExtension} file below '${dir}'.`,
    `name the folder that holds the policies, and let their files end with ${policyExtension}.`,
  );
}

function collect(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return /^\.|^node_modules$/.test(entry.name) ? [] : collect(path);
    return entry.name.endsWith(policyExtension) ? [path] : [];
  });
}

function isFolder(dir: string): boolean {
  return statSync(dir, { throwIfNoEntry: false })?.isDirectory() === true;
}
