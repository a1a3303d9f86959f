import type { Engine } from "@forego/core";
import { createOpaEngine } from "@forego/opa";
import { createEngine } from "forego";
import { type BuiltRelease, buildRelease } from "../support/build-release.ts";
import { deskPolicies } from "../support/desk-policies.ts";
import { type OpaProxy, startOpaProxy } from "../support/opa-proxy.ts";
import { bundlesOf, freePort, runOpaServer } from "../support/run-opa-server.ts";
import type { FailingEngine } from "./failure.ts";

/** OPA servers, of which the first one answers until something else is asked for. */
export interface Servers extends Pick<OpaProxy, "misbehave"> {
  /** The server is gone. */
  leave(): void;
  /** It comes back without any bundles. */
  loseBundles(): void;
  /** It comes back with the bundles of another release. */
  changeRelease(): void;
  /** All is well again. */
  heal(): void;
}

/** The engines of one release, and the servers behind the remote one. */
export interface OpenEngines {
  readonly engines: Readonly<Record<FailingEngine, Engine>>;
  readonly servers: Servers;
  close(): Promise<void>;
}

/** What a store has to count. */
const searchLimit = {
  "limits.policy.ts": `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";

const search = tool("crm.search", z.object({ query: z.string() }));

export default policy({
  category: "workflow",
  name: "limits",
  version: "1.0.0",
  rules: ({ rateLimit }) => ({
    /** A thousand searches a minute for each user. */
    searches: rateLimit({
      reason: "too_many_searches",
      tool: search,
      window: { minutes: 1 },
      limit: 1000,
      key: ({ user }) => user.id,
    }),
  }),
});
`,
};

/** Builds the desk's policies, and opens all engines over them. */
export async function openEngines(): Promise<OpenEngines> {
  const built = await buildRelease({ ...deskPolicies(), ...searchLimit });
  const other = await buildRelease({ ...deskPolicies({ confirmAbove: 60 }), ...searchLimit });
  const good = await runOpaServer(await bundlesOf(built.dir));
  const bare = await runOpaServer([]);
  const changed = await runOpaServer(await bundlesOf(other.dir));
  const closedPort = await freePort();
  const proxy = await startOpaProxy(good.port);
  const opa = await createOpaEngine({
    release: built.release.info,
    url: proxy.url,
    // generous: a busy machine must not deny anything
    timeoutMs: 20_000,
    startTimeoutMs: 20_000,
    onWarning: () => {},
  });
  return {
    engines: { wasm: engineOf(built, "wasm"), ir: engineOf(built, "ir"), opa },
    servers: {
      misbehave: proxy.misbehave,
      leave: () => proxy.leadTo(closedPort),
      loseBundles: () => proxy.leadTo(bare.port),
      changeRelease: () => proxy.leadTo(changed.port),
      heal() {
        proxy.misbehave(undefined);
        proxy.leadTo(good.port);
      },
    },
    async close() {
      opa.close();
      await proxy.stop();
      await Promise.all([good, bare, changed].map(({ stop }) => stop()));
      await Promise.all([built, other].map(({ remove }) => remove()));
    },
  };
}

function engineOf({ release }: BuiltRelease, kind: "wasm" | "ir"): Engine {
  return createEngine(release, kind);
}
