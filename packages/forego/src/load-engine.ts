import { type Release, type ReleaseTrust, readRelease } from "@forego/bundles";
import { type Engine, ForegoError } from "@forego/core";
import { evaluateRelease, type IrRelease, regoRules } from "@forego/ir";
import type { OpaServer } from "@forego/opa";
import { createWasmEngine } from "@forego/wasm";
import { tryVectors } from "./try-vectors.ts";

/** The engines that decide in this process: OPA's WASM, or the evaluator of the intermediate form where WASM cannot be loaded. */
export type EngineKind = "wasm" | "ir";

/** An OPA server that has loaded the release's plain bundles, as an engine. */
export interface RemoteEngine {
  readonly opa: OpaServer;
}

/**
 * Loads the release of a folder into an engine, or finds it on an OPA server. It is tried with the release's own test
 * vectors first; hand it to `guard.activate` to let it decide.
 *
 * @throws ForegoError FG3021 to FG3036 when there is no release in the folder, or it cannot be used; FG3037 to FG3039
 * when it is not signed by one of the `keys`, or is signed and no keys were named; FG3041 when it is none of the
 * `digests`; FG4020 to FG4022 when the OPA server does not have it.
 */
export async function loadEngine(
  dir: string,
  engine: EngineKind | RemoteEngine = "wasm",
  trust: ReleaseTrust = {},
): Promise<Engine> {
  const release = await readRelease(dir, trust);
  // fail closed: a signature that nobody verifies protects nobody
  if (release.isSigned && trust.keys === undefined) throw notVerified(dir);
  const loaded = await openEngine(release, engine);
  await tryVectors(loaded, release);
  return loaded;
}

async function openEngine(release: Release, engine: EngineKind | RemoteEngine): Promise<Engine> {
  if (typeof engine !== "object") return createEngine(release, engine);
  // only who asks a server pays for loading the client
  const { createOpaEngine } = await import("@forego/opa");
  return createOpaEngine({ ...engine.opa, release: release.info });
}

/**
 * Makes an engine of a release that was read.
 *
 * @throws ForegoError FG3021 when the compiled module cannot be used, FG3033 for an engine that there is not,
 * FG3036 for hand-written Rego in the engine `ir`.
 */
export function createEngine(release: Release, kind: EngineKind = "wasm"): Engine {
  const ir = release.ir as IrRelease;
  switch (kind) {
    case "wasm":
      return createWasmEngine({ release: release.info, module: release.module, data: release.data, ir });
    case "ir":
      requireNoRego(ir);
      return { kind, release: release.info, evaluate: (input) => evaluateRelease(ir, input) };
    default:
      throw new ForegoError(
        "FG3033",
        `There is no engine '${String(kind)}'.`,
        "use 'wasm', 'ir', or { opa: { url } }.",
      );
  }
}

/** As OPA has it: who ships signed releases means them to be verified. */
function notVerified(dir: string): ForegoError {
  return new ForegoError(
    "FG3039",
    `The release in '${dir}' is signed, and no key was named to verify it with.`,
    "give `keys`: the public keys, in PEM, of those who sign releases.",
  );
}

function requireNoRego(ir: IrRelease): void {
  const [rule] = regoRules(ir);
  if (rule === undefined) return;
  // fail closed: what this engine cannot ask must not count as no match
  throw new ForegoError(
    "FG3036",
    `The engine 'ir' cannot decide with this release: the condition of '${rule.id}' is hand-written Rego.`,
    "use 'wasm' or an OPA server, or write the rule in TypeScript with policy().",
  );
}
