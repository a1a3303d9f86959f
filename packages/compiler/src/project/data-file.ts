import { existsSync, readFileSync } from "node:fs";
import type { SourceFile } from "ts-morph";
import { policyExtension } from "./find-policies.ts";

/** The data file of a policy file: `name.data.json` beside `name.policy.ts`. */
export function dataFileOf(file: SourceFile): string {
  return file.getFilePath().slice(0, -policyExtension.length).concat(".data.json");
}

/** The text of a policy's data file; `undefined` when there is none. */
export function readDataFile(file: SourceFile): string | undefined {
  const path = dataFileOf(file);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
