import { createGuard, type Guard, type GuardOptions } from "@forego/core";
import { type EngineKind, loadEngine } from "./load-engine.ts";

/** How a guard is loaded: as `createGuard`, but with the engine made from the release. */
export interface LoadGuardOptions<THost = unknown> extends Omit<GuardOptions<THost>, "engine"> {
  /** Defaults to `"wasm"`. */
  readonly engine?: EngineKind;
}

/**
 * Loads the release that `forego build` wrote into a folder, and puts a guard of it before an agent.
 *
 * @throws ForegoError FG3021 to FG3033 when the release cannot be used, FG4001 or FG4002 when the options cannot.
 */
export async function loadGuard<THost = unknown>(
  dir: string,
  { engine, ...options }: LoadGuardOptions<THost>,
): Promise<Guard<THost>> {
  return createGuard({ ...options, engine: await loadEngine(dir, engine) });
}
