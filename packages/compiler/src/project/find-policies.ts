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
  const found = policyFolders(dir).flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && entry.name.endsWith(policyExtension))
      .map(({ name }) => join(folder, name)),
  );
  if (found.length > 0) return found.sort();
  throw new ForegoError(
    "FG3011",
    `There is no ${policyExtension} file below '${dir}'.`,
    `name the folder that holds the policies, and let their files end with ${policyExtension}.`,
  );
}

/** A folder and the folders below it in which policies are looked for; none when it is no folder. */
export function policyFolders(dir: string): readonly string[] {
  return isFolder(dir) ? [dir, ...foldersBelow(dir)] : [];
}

function foldersBelow(dir: string): readonly string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name))
    .flatMap(({ name }) => [join(dir, name), ...foldersBelow(join(dir, name))]);
}

function isFolder(dir: string): boolean {
  return statSync(dir, { throwIfNoEntry: false })?.isDirectory() === true;
}
