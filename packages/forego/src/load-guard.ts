import type { ReleaseTrust } from "@forego/bundles";
import { createGuard, type Guard, type GuardOptions } from "@forego/core";
import { type EngineKind, loadEngine, type RemoteEngine } from "./load-engine.ts";

/** How a guard is loaded: as `createGuard`, but with the engine made from the release. */
export interface LoadGuardOptions<THost = unknown> extends Omit<GuardOptions<THost>, "engine">, ReleaseTrust {
  /** Defaults to `"wasm"`. `{ opa: { url } }` asks an OPA server, which is waited for as long as `deadlineMs`. */
  readonly engine?: EngineKind | RemoteEngine;
}

/**
 * Loads the release that `forego build` wrote into a folder, and puts a guard of it before an agent.
 *
 * @throws ForegoError FG3021 to FG3041 when the release cannot be used or is not trusted, FG4001 or FG4002 when the
 * options cannot, FG4020 to FG4022 when the OPA server does not have the release.
 */
export async function loadGuard<THost = unknown>(
  dir: string,
  { engine, keys, digests, ...options }: LoadGuardOptions<THost>,
): Promise<Guard<THost>> {
  const trust = { ...(keys === undefined ? {} : { keys }), ...(digests === undefined ? {} : { digests }) };
  const loaded = await loadEngine(dir, withDeadline(engine, options.deadlineMs), trust);
  return createGuard({ ...options, engine: loaded });
}

/** A server's answer is of no use after the guard's deadline. */
function withDeadline(engine: LoadGuardOptions["engine"], timeoutMs: number | undefined) {
  if (typeof engine !== "object" || timeoutMs === undefined) return engine;
  return { opa: { timeoutMs, ...engine.opa } };
}
