import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { piiClassifier } from "@forego/classifiers/pii";
import { secretClassifier } from "@forego/classifiers/secrets";
import type { Engine, Input } from "@forego/core";
import { sqliteStores } from "@forego/state/sqlite";
import { loadEngine, recordToFile } from "forego";
import { bundlesOf, runOpaServer } from "../../../test/support/run-opa-server.ts";
import { buildReleases } from "../build-releases.ts";
import { fixedInput } from "../fixed-input.ts";
import { openTelemetry } from "../telemetry.ts";
import type { Contender } from "./contender.ts";
import { evaluateContender, releasesContender } from "./engine-contenders.ts";
import { guardContender } from "./guard-contender.ts";
import { buildHandWrittenRego } from "./hand-written-rego.ts";
import { startOpaServer } from "./opa-server.ts";
import { handWrittenContender, policyOpaContender, sdkContender } from "./peer-contenders.ts";

/** All contenders, ready to run in this process. */
export interface Contenders {
  readonly guard: Contender;
  readonly evaluate: Contender;
  readonly sdk: Contender;
  readonly policyOpa: Contender;
  readonly byHand: Contender;
  readonly server: Contender;
  readonly remote: Contender;
  readonly limited: Contender;
  readonly everything: Contender;
  readonly linked: Contender;
  readonly separate: Contender;
}

/** The contenders, and what stands behind them. */
export interface Arena {
  readonly contenders: Contenders;
  /** The guard whose classifiers look at all arguments: it knows more of its inputs than the others. */
  readonly classified: Contender;
  /** The folder of the release that the guard runs. */
  readonly releaseFolder: string;
  /**
   * Stops the server and closes the telemetry.
   *
   * @throws Error when some decision of the guard left no span or no record: then it was not the full path.
   */
  close(): Promise<void>;
}

/**
 * Builds and starts everything that is compared.
 *
 * @throws whatever cannot be built or started; nothing is left running then.
 */
export async function openArena(): Promise<Arena> {
  const dir = await mkdtemp(join(tmpdir(), "forego-bench-"));
  const closers: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  try {
    const {
      linked,
      separate,
      limited: limitedFolder,
      everything: everythingFolder,
    } = await buildReleases(dir);
    const rego = await buildHandWrittenRego(dir);
    const engine = await loadEngine(linked);
    const engines = await Promise.all(separate.map((folder) => loadEngine(folder)));
    const peers = { sdk: await sdkContender(rego), policyOpa: await policyOpaContender(rego) };
    const server = await startOpaServer();
    closers.push(server.stop);
    const telemetry = openTelemetry();
    const recordPath = join(dir, "decisions.jsonl");
    const records = recordToFile(recordPath);
    const guard = guardContender(engine, [telemetry.observer, records]);
    const bundles = await runOpaServer(await bundlesOf(linked));
    closers.push(bundles.stop);
    const opa = { url: bundles.url, maxConnections: 1, timeoutMs: 60_000, onWarning: () => {} };
    const remoteEngine = await loadEngine(linked, { opa });
    const remote = guardContender(remoteEngine, [telemetry.observer, records], "guard, over an OPA server");
    const { state, close: closeState } = sqliteStores(join(dir, "state.db"));
    closers.push(async () => closeState());
    const observers = [telemetry.observer, records];
    const limited = guardContender(await loadEngine(limitedFolder), observers, "  with a budget in SQLite", {
      state,
    });
    const everything = guardContender(await loadEngine(everythingFolder), observers, "  with everything on", {
      state,
      facts: { account: () => ({ frozen: false }) },
    });
    const classified = guardContender(classifyArguments(engine, fixedInput), observers, "  classified", {
      classifiers: { pii: piiClassifier(), secrets: secretClassifier() },
    });
    return {
      classified,
      contenders: {
        guard,
        evaluate: evaluateContender(engine),
        ...peers,
        byHand: handWrittenContender(),
        server: server.contender,
        remote,
        limited,
        everything,
        linked: releasesContender("one linked module", [engine]),
        separate: releasesContender("five separate modules", engines),
      },
      releaseFolder: linked,
      async close() {
        await records.close();
        const left = { spans: await telemetry.close(), records: countLines(await readFile(recordPath)) };
        await closeAll(closers);
        const guards = [guard, remote, limited, everything, classified];
        const decided = guards.reduce((sum, one) => sum + one.decided(), 0);
        if (left.spans !== decided || left.records !== decided)
          throw new Error(`${decided} decisions left ${left.spans} spans and ${left.records} records`);
      },
    };
  } catch (cause) {
    await closeAll(closers);
    throw cause;
  }
}

/** The engine of a release whose policies name both classifiers for the arguments of an input's tool. */
function classifyArguments(engine: Engine, { action: { tool } }: Input): Engine {
  const classify = { args: ["pii", "secrets"] };
  return { ...engine, release: { ...engine.release, tools: { [tool]: { classify } } } };
}

async function closeAll(closers: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const close of closers.toReversed()) await close();
}

function countLines(bytes: Uint8Array): number {
  return bytes.reduce((count, byte) => (byte === 10 ? count + 1 : count), 0);
}
