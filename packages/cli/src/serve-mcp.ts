import { type Engine, ForegoError, type Observer, verified } from "@forego/core";
import { createGateway, type Gateway, type McpHost } from "@forego/mcp";
import { loadEngine, loadGuard, recordToFile } from "forego";
import { readServeConfig, type ServeConfig } from "./serve-config.ts";
import { exitCodes, type Terminal } from "./terminal.ts";
import { createTokenVerifier, type TokenVerifier } from "./verify-token.ts";

/** Options of `forego serve mcp`. */
export interface ServeMcpOptions {
  readonly config: string;
  /** The server to serve over standard input and output; over HTTP, all are. */
  readonly server?: string;
}

/**
 * `forego serve mcp --config <file>`: puts a guard in front of MCP servers, until it is interrupted; with `--server`, in
 * front of one, over standard input and output, until its client goes away.
 *
 * @throws ForegoError FG4401 to FG4404 when the configuration cannot be used, FG4301 to FG4303 when the gateway cannot.
 */
export async function serveMcp(options: ServeMcpOptions, terminal: Terminal): Promise<number> {
  const config = await readServeConfig(options.config, terminal);
  const { gateway, close } = await openGateway(config, options.server !== undefined, terminal);
  try {
    if (options.server === undefined) await serveHttp(gateway, config, terminal);
    else await Promise.race([gateway.serveStdio(options.server), terminal.interrupted()]);
  } finally {
    await gateway.close();
    await close();
  }
  return exitCodes.fine;
}

async function serveHttp(
  gateway: Gateway,
  { listen = {}, servers }: ServeConfig,
  terminal: Terminal,
): Promise<void> {
  const url = await gateway.listen(listen);
  const { colors } = terminal;
  for (const name of Object.keys(servers))
    terminal.error(`${colors.green("serving")} ${name} at ${url}/mcp/${name}`);
  await terminal.interrupted();
}

interface OpenGateway {
  readonly gateway: Gateway;
  /** Closes what the guard keeps. */
  close(): Promise<void>;
}

async function openGateway(config: ServeConfig, isStdio: boolean, terminal: Terminal): Promise<OpenGateway> {
  const { release, engine, servers, listen = {}, passMethods, tools = {} } = config;
  const { agent, environment, mode, deadlineMs, approvalTtlMs } = config;
  const caller = callerOf(config, isStdio);
  const stores = await openStores(config.state);
  const records = config.records === undefined ? undefined : recordToFile(config.records);
  const observers: Observer[] = records === undefined ? [] : [records];
  const guard = await loadGuard<McpHost>(release, {
    identify: caller.identify,
    agent: defined(agent),
    observers,
    servers: await loadBundles(servers, engine),
    tools: Object.fromEntries(
      Object.entries(tools).map(([name, tool]) => [name, { dataClasses: tool.data_classes }]),
    ),
    ...defined({ engine, environment: environment && defined(environment), mode, deadlineMs, approvalTtlMs }),
    ...stores.options,
  });
  const gateway = createGateway(guard, {
    servers: Object.fromEntries(
      Object.entries(servers).map(([name, { bundle: _loaded, ...place }]) => [name, place]),
    ),
    ...caller.gateway,
    ...defined({ passMethods, allowedHosts: listen.allowedHosts, publicUrl: listen.publicUrl }),
    onTrouble: ({ server, problem, cause }) => {
      terminal.error(`${terminal.colors.yellow("trouble")} ${server}: ${problem}${kindOf(cause)}`);
    },
  });
  return {
    gateway,
    async close() {
      stores.close();
      await records?.close();
    },
  };
}

/** What kind of error it was: its message may hold what was sent. */
function kindOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  const { code } = cause as { readonly code?: unknown };
  return ` (${code === undefined ? cause.name : `${cause.name} ${String(code)}`})`;
}

/** Who calls: whom tokens name, or always the same, where that can be. */
function callerOf({ auth, identity }: ServeConfig, isStdio: boolean) {
  if (auth === "none") {
    if (identity === undefined) {
      throw new ForegoError(
        "FG4403",
        "The configuration asks nobody who they are, and does not say who calls.",
        'give it `identity`, such as { "user": { "id": "ana" } }, or `auth` with an issuer.',
      );
    }
    const known = verified(identity as Parameters<typeof verified>[0]);
    return { identify: () => known, gateway: {} };
  }
  if (isStdio) {
    throw new ForegoError(
      "FG4404",
      "Over standard input and output no tokens come.",
      'use "auth": "none" with `identity` there.',
    );
  }
  if ((auth.jwks === undefined) === (auth.jwksUrl === undefined)) {
    throw new ForegoError(
      "FG4405",
      "Tokens cannot be checked without one place for keys.",
      "give `auth` either `jwksUrl` or `jwks`.",
    );
  }
  const tokens: TokenVerifier = createTokenVerifier(auth);
  const gateway = { authenticate: tokens.authenticate, authorizationServers: [auth.issuer] };
  return { identify: ({ authInfo }: McpHost) => tokens.identify(authInfo?.extra?.claims), gateway };
}

async function loadBundles(
  servers: ServeConfig["servers"],
  engine: ServeConfig["engine"],
): Promise<Record<string, Engine>> {
  const loaded = Object.entries(servers).flatMap(([name, { bundle }]) =>
    bundle === undefined ? [] : [loadEngine(bundle, engine).then((one) => [name, one] as const)],
  );
  return Object.fromEntries(await Promise.all(loaded));
}

/** Stores are loaded where they are wanted: SQLite is slow to load. */
async function openStores(state: ServeConfig["state"]) {
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
