import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { unpackArchive } from "@forego/bundles";
import { findOpa } from "@forego/wasm/opa";
import type { Answer } from "./contender.ts";

const run = promisify(execFile);

/** The folder of the 30 rules in Rego, and of their data. */
export const regoFolder = fileURLToPath(new URL("../../rego", import.meta.url));

/** Where the hand-written Rego decides. */
export const decisionPath = "agent/access/decision";

/** The hand-written Rego, compiled. */
export interface HandWrittenRego {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly data: Record<string, unknown>;
}

/** Compiles the hand-written Rego with `opa build`, as its README says to. */
export async function buildHandWrittenRego(dir: string): Promise<HandWrittenRego> {
  const bundle = join(dir, "hand-written.tar.gz");
  await run(findOpa(), ["build", "-t", "wasm", "-e", decisionPath, "-o", bundle, regoFolder]);
  const module = (await unpackArchive(await readFile(bundle))).get("policy.wasm");
  if (module === undefined) throw new Error("opa build made a bundle without a module");
  const data = JSON.parse(await readFile(join(regoFolder, "data.json"), "utf8")) as Record<string, unknown>;
  return { module: new Uint8Array(module), data };
}

/** The decision document of the hand-written Rego. */
export interface RegoDecision {
  readonly decision: "allow" | "deny" | "requires-approval";
  readonly reasons: readonly string[];
}

/** Reads the decision document of the hand-written Rego. */
export function readRegoDecision({ decision, reasons }: RegoDecision): Answer {
  return { effect: decision === "requires-approval" ? "require_approval" : decision, reasons };
}
