import type { Engine } from "@forego/core";
import { createOpaEngine } from "@forego/opa";
import { createEngine } from "forego";
import type { BuiltRelease } from "../support/build-release.ts";
import { bundlesOf, runOpaServer } from "../support/run-opa-server.ts";

/** The engines that a release can be decided by. */
export const engineKinds = ["wasm", "ir", "opa"] as const;

/** All engines over one release, the remote one with a server of its own. */
export interface Engines {
  readonly engines: Readonly<Record<(typeof engineKinds)[number], Engine>>;
  close(): Promise<void>;
}

/** Opens them. */
export async function openReleaseEngines({ release, dir }: BuiltRelease): Promise<Engines> {
  const server = await runOpaServer(await bundlesOf(dir));
  const opa = await createOpaEngine({
    release: release.info,
    url: `http://127.0.0.1:${server.port}`,
    // generous: a busy machine must not deny anything
    timeoutMs: 20_000,
    startTimeoutMs: 20_000,
    onWarning: () => {},
  });
  return {
    engines: { wasm: createEngine(release, "wasm"), ir: createEngine(release, "ir"), opa },
    async close() {
      opa.close();
      await server.stop();
    },
  };
}
