import { type Release, readRelease } from "@forego/bundles";
import { type Engine, ForegoError } from "@forego/core";
import { evaluateRelease, type IrRelease } from "@forego/ir";
import { createWasmEngine } from "@forego/wasm";

/** The engines that decide in this process: OPA's WASM, or the evaluator of the intermediate form where WASM cannot be loaded. */
export type EngineKind = "wasm" | "ir";

/**
 * Loads the release of a folder into an engine.
 *
 * @throws ForegoError FG3021 to FG3032 when there is no release in the folder, or it cannot be used.
 */
export async function loadEngine(dir: string, kind: EngineKind = "wasm"): Promise<Engine> {
  return createEngine(await readRelease(dir), kind);
}

/**
 * Makes an engine of a release that was read.
 *
 * @throws ForegoError FG3021 when the compiled module cannot be used, FG3033 for an engine that there is not.
 */
export function createEngine(release: Release, kind: EngineKind = "wasm"): Engine {
  const ir = release.ir as IrRelease;
  switch (kind) {
    case "wasm":
      return createWasmEngine({ release: release.info, module: release.module, data: release.data, ir });
    case "ir":
      return { kind, release: release.info, evaluate: (input) => evaluateRelease(ir, input) };
    default:
      throw new ForegoError("FG3033", `There is no engine '${String(kind)}'.`, "use 'wasm' or 'ir'.");
  }
}
