import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import { entrypoints } from "../wasm-engine.ts";
import { releaseCapabilities } from "./capabilities.ts";
import { runOpa } from "./run-opa.ts";

/** A Rego file, by its path below the folder that is compiled. */
export interface RegoSource {
  readonly path: string;
  readonly text: string;
}

/**
 * Compiles the Rego of a release to a WASM module with OPA.
 *
 * @throws ForegoError FG3020 when there is no OPA, FG3022 when it refuses the Rego.
 */
export async function buildModule(files: readonly RegoSource[]): Promise<Uint8Array<ArrayBuffer>> {
  return withSources(files, async (dir) => {
    await writeFile(join(dir, "capabilities.json"), await releaseCapabilities(dir));
    await runOpa(
      [
        "build",
        "-t",
        "wasm",
        ...Object.values(entrypoints).flatMap((entrypoint) => ["-e", entrypoint]),
        "--capabilities",
        "capabilities.json",
        "-o",
        "bundle.tar.gz",
        "rego",
      ],
      dir,
    );
    const entries = await unpackTar(gunzipSync(await readFile(join(dir, "bundle.tar.gz"))));
    const module = entries.find(({ header }) => header.name.replace(/^\//, "") === "policy.wasm")?.data;
    if (module === undefined) throw new Error("opa build made a bundle without a module");
    return module;
  });
}

/**
 * Checks that Rego is what `opa check --strict` and `opa fmt` want; answers with what they say, nothing when all is well.
 *
 * @throws ForegoError FG3020 when there is no OPA, FG3022 when it refuses the Rego.
 */
export async function lintRego(files: readonly RegoSource[]): Promise<string> {
  return withSources(files, async (dir) => {
    await runOpa(["check", "--strict", "rego"], dir);
    return runOpa(["fmt", "--diff", "rego"], dir);
  });
}

/** Puts Rego files into a folder of their own, below `rego/`, for as long as the work takes. */
export async function withSources<TResult>(
  files: readonly RegoSource[],
  work: (dir: string) => Promise<TResult>,
): Promise<TResult> {
  const dir = await mkdtemp(join(tmpdir(), "forego-opa-"));
  try {
    for (const { path, text } of files) {
      const target = join(dir, "rego", path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
    }
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
