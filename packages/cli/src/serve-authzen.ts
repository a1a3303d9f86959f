import { type AuthZenHost, createAuthZenHandler, identifySubject, loopbackHosts } from "@forego/authzen";
import type { GuardOptions } from "@forego/core";
import { loadGuard, recordToFile } from "forego";
import { knowCallers } from "./authzen-callers.ts";
import { type AuthZenConfig, readAuthZenConfig } from "./authzen-config.ts";
import { type RequestHandler, serveHandler } from "./serve-handler.ts";
import { exitCodes, type Terminal } from "./terminal.ts";

/** Options of `forego serve authzen`. */
export interface ServeAuthZenOptions {
  readonly config: string;
}

/**
 * `forego serve authzen --config <file>`: answers the OpenID AuthZEN Authorization API over a guard, until it is
 * interrupted.
 *
 * @throws ForegoError FG4501 to FG4504 when the configuration cannot be used; the errors of releases and guards.
 */
export async function serveAuthZen(
  { config: file }: ServeAuthZenOptions,
  terminal: Terminal,
): Promise<number> {
  const config = await readAuthZenConfig(file, terminal);
  const { handler, close } = await openHandler(config, terminal);
  try {
    const server = await serveHandler(handler, config.listen);
    terminal.error(`${terminal.colors.green("serving")} AuthZEN at ${server.url}`);
    await terminal.interrupted();
    await server.close();
  } finally {
    await close();
  }
  return exitCodes.fine;
}

/** The handler of a configuration, and what its guard keeps. */
interface OpenHandler {
  readonly handler: RequestHandler;
  close(): Promise<void>;
}

async function openHandler(config: AuthZenConfig, terminal: Terminal): Promise<OpenHandler> {
  const { release, auth, listen = {}, agent, tools = {} } = config;
  const { engine, environment, mode, deadlineMs, approvalTtlMs } = config;
  const authenticate = knowCallers(auth);
  const stores = await openStores(config.state);
  const records = config.records === undefined ? undefined : recordToFile(config.records);
  const guard = await loadGuard<AuthZenHost>(release, {
    identify: identifySubject,
    agent: defined(agent),
    observers: records === undefined ? [] : [records],
    tools: Object.fromEntries(
      Object.entries(tools).map(([name, tool]) => [name, { dataClasses: tool.data_classes }]),
    ),
    ...defined({ engine, environment: environment && defined(environment), mode, deadlineMs, approvalTtlMs }),
    ...stores.options,
  });
  const { host, publicUrl, allowedHosts = [] } = listen;
  const handler = createAuthZenHandler(guard, {
    authenticate,
    allowedHosts: [
      ...loopbackHosts,
      ...(host === undefined ? [] : [host]),
      ...hostsOf(publicUrl),
      ...allowedHosts,
    ],
    onTrouble: (cause) => {
      const why = cause instanceof Error ? cause.message : "unknown";
      terminal.error(`${terminal.colors.yellow("trouble")} ${why}`);
    },
    ...(publicUrl === undefined ? {} : { publicUrl: publicUrl.replace(/\/$/, "") }),
  });
  return {
    handler,
    async close() {
      stores.close();
      await records?.close();
    },
  };
}

function hostsOf(url: string | undefined): readonly string[] {
  return url === undefined ? [] : [new URL(url).hostname];
}

type Stores = Pick<GuardOptions, "state" | "approvals" | "sessions">;

/** Stores are loaded where they are wanted: SQLite is slow to load. */
async function openStores(
  state: AuthZenConfig["state"],
): Promise<{ readonly options: Stores; close(): void }> {
  if (state === undefined) return { options: {}, close: () => {} };
  if (state === "memory") {
    const { memoryStores } = await import("@forego/state/memory");
    const { grants: _unused, ...options } = memoryStores();
    return { options, close: () => {} };
  }
  const { sqliteStores } = await import("@forego/state/sqlite");
  const { grants: _unused, close, ...options } = sqliteStores(state.sqlite);
  return { options, close };
}

/** What is given of some options: what is left out has no name. */
function defined<TOptions extends object>(
  options: TOptions,
): { [K in keyof TOptions]: NonNullable<TOptions[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof TOptions]: NonNullable<TOptions[K]>;
  };
}
