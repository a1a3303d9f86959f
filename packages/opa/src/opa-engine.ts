import { setTimeout as sleep } from "node:timers/promises";
import { type Engine, EngineTrouble, ForegoError, type ReleaseInfo } from "@forego/core";
import { type OpaAnswer, readAnswer, releaseOf } from "./loaded-bundles.ts";
import { createOpaClient, type OpaClient } from "./opa-client.ts";
import { type OpaServer, readServer } from "./opa-server.ts";
import { versionWarning } from "./version-warning.ts";

/** What the engine is made from: a release, and a server that has its plain bundles. */
export type OpaEngineParts = OpaServer & {
  readonly release: ReleaseInfo;
};

/** The remote engine. */
export interface OpaEngine extends Engine {
  readonly kind: "opa";
  /** Closes the connections. An evaluation that is under way, or comes after, rejects. */
  close(): void;
}

const resultPath = "forego/decision/result?provenance=true";
const bundlesPath = "system/bundles?provenance=true";

/** Bytes of a decision that are read: as much as every rule of a large release. */
const maxDecisionBytes = 1024 * 1024;
/** Bytes of manifests that are read: OPA keeps the WASM of bundles that are not ours among them. */
const maxManifestBytes = 16 * 1024 * 1024;

/** Sets of bundles that are remembered. */
const maxKnown = 16;

/** Milliseconds between two looks at a server that is not ready. */
const lookAgainMs = 100;

/**
 * Makes the remote engine: asynchronous, over a server that has loaded the plain OPA bundles of the release. It waits
 * until the server has them, and looks at every answer for the bundles that it was made with: those of another
 * release are a deny for `forego.release_mismatch`, none one for `forego.no_policy`. Whatever else is odd rejects, which is a deny, too.
 *
 * @throws ForegoError FG4020 when an option is not usable, FG4021 when the server does not answer within
 * `startTimeoutMs`, FG4022 when it has no or another release then.
 */
export async function createOpaEngine({ release, ...server }: OpaEngineParts): Promise<OpaEngine> {
  const target = readServer(server as OpaServer);
  const client = createOpaClient(target);
  const loaded = createLoadedRelease(client, release.digest);
  const version = await untilLoaded(loaded, target.startTimeoutMs).catch((cause: unknown) => {
    client.close();
    throw cause;
  });
  const warning = versionWarning(version);
  if (warning !== undefined) (server.onWarning ?? warnProcess)(warning);
  return {
    kind: "opa",
    release,
    async evaluate(input) {
      const question = { path: resultPath, body: JSON.stringify({ input }) };
      const { timeoutMs } = target;
      const answer = readAnswer(await client.ask({ ...question, timeoutMs, maxBytes: maxDecisionBytes }));
      await loaded.require(answer, timeoutMs);
      // fail closed: OPA answers so where a decision is undefined, or a built-in function failed
      if (answer.result === undefined) throw new Error("the OPA server has no result");
      return answer.result;
    },
    close: () => client.close(),
  };
}

/** Which bundles of the server are those of the release. */
interface LoadedRelease {
  /** Looks at the server. Rejects when it has another release; answers with OPA's version. */
  look(timeoutMs: number): Promise<OpaAnswer>;
  /** Rejects when an answer was made with the bundles of another release. Asks the server only when they changed. */
  require(answer: OpaAnswer, timeoutMs: number): Promise<void>;
}

function createLoadedRelease(client: OpaClient, digest: string): LoadedRelease {
  // a revision is a digest: bundles that were ours once are ours again; replicas may have different ones beside them
  const known = new Set<string>();
  let looking: Promise<OpaAnswer> | undefined;

  const look = async (timeoutMs: number): Promise<OpaAnswer> => {
    const asked = { path: bundlesPath, timeoutMs, maxBytes: maxManifestBytes };
    const answer = readAnswer(await client.ask(asked));
    const found = releaseOf(answer.result);
    // fail closed: without a release, or without revisions that would tell when it changes, nothing is decided
    if (found === undefined || answer.bundles === undefined)
      throw new EngineTrouble("forego.no_policy", "the OPA server has loaded no release as bundles");
    // fail closed: a decision of another release is none of this one
    if (found !== digest) throw otherRelease("the OPA server has loaded another release");
    if (known.size >= maxKnown) known.clear();
    known.add(answer.bundles);
    return answer;
  };

  const lookTogether = (timeoutMs: number): Promise<OpaAnswer> => {
    looking ??= look(timeoutMs).finally(() => {
      looking = undefined;
    });
    return looking;
  };

  return {
    look,
    async require({ bundles }, timeoutMs) {
      if (bundles !== undefined && known.has(bundles)) return;
      const seen = await lookTogether(timeoutMs);
      // fail closed: an answer that was made before or after a change is of unknown bundles
      if (seen.bundles !== bundles) throw otherRelease("the OPA server's bundles changed meanwhile");
    },
  };
}

function otherRelease(message: string): EngineTrouble {
  return new EngineTrouble("forego.release_mismatch", message);
}

/** Waits until the server has the release; answers with OPA's version. */
async function untilLoaded(loaded: LoadedRelease, startTimeoutMs: number): Promise<string | undefined> {
  const endsAt = performance.now() + startTimeoutMs;
  for (;;) {
    const remainingMs = Math.max(1, endsAt - performance.now());
    try {
      return (await loaded.look(remainingMs)).version;
    } catch (cause) {
      if (performance.now() + lookAgainMs >= endsAt) throw notReady(cause, startTimeoutMs);
      await sleep(lookAgainMs);
    }
  }
}

function notReady(cause: unknown, startTimeoutMs: number): ForegoError {
  const isOther = cause instanceof EngineTrouble && cause.reason !== "forego.deadline";
  const problem = cause instanceof Error ? cause.message : "unknown";
  return isOther
    ? new ForegoError(
        "FG4022",
        `After ${startTimeoutMs} ms ${problem}.`,
        "load the files of `opa/` beside the release as bundles (`opa run --server -b …`), all of them.",
        { cause },
      )
    : new ForegoError(
        "FG4021",
        `After ${startTimeoutMs} ms there was no answer: ${problem}.`,
        "start the server first, and let the token read `/v1/data/system/bundles` and ask `/v1/data/forego/decision/result`.",
        { cause },
      );
}

function warnProcess(message: string): void {
  process.emitWarning(message, { type: "ForegoWarning", code: "FOREGO_OPA_VERSION" });
}
