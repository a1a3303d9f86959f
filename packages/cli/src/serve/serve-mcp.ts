import { type Engine, ForegoError, verified } from "@forego/core";
import { createGateway, type Gateway, type McpHost } from "@forego/mcp";
import { loadEngine } from "forego";
import { exitCodes, type Terminal } from "../terminal.ts";
import { readServeConfig, type ServeConfig } from "./serve-config.ts";
import { allowedHostsOf, defined, openServedGuard } from "./served-guard.ts";
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
 * @throws ForegoError FG4401 to FG4406 when the configuration cannot be used, FG4301 to FG4304 when the gateway cannot.
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
  const { engine, servers, listen, passMethods } = config;
  const caller = callerOf(config, isStdio);
  const parts = { identify: caller.identify, servers: await loadBundles(servers, engine, terminal) };
  const { guard, close } = await openServedGuard<McpHost>(config, parts, terminal);
  const gateway = createGateway(guard, {
    servers: Object.fromEntries(
      Object.entries(servers).map(([name, { bundle: _loaded, keys: _trusted, ...place }]) => [name, place]),
    ),
    ...caller.gateway,
    allowedHosts: allowedHostsOf(listen),
    ...defined({ passMethods, publicUrl: listen?.publicUrl }),
    onTrouble: ({ server, problem, cause }) => {
      terminal.error(`${terminal.colors.yellow("trouble")} ${server}: ${problem}${kindOf(cause)}`);
    },
  });
  return { gateway, close };
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
  const tokens: TokenVerifier = createTokenVerifier(auth);
  const gateway = { authenticate: tokens.authenticate, authorizationServers: [auth.issuer] };
  return { identify: ({ authInfo }: McpHost) => tokens.identify(authInfo?.extra?.claims), gateway };
}

async function loadBundles(
  servers: ServeConfig["servers"],
  engine: ServeConfig["engine"],
  terminal: Terminal,
): Promise<Record<string, Engine>> {
  const load = async (name: string, bundle: string, keys: readonly string[] | undefined) => {
    try {
      return [name, await loadEngine(bundle, engine, defined({ keys }))] as const;
    } catch (cause) {
      terminal.error(`The bundle of the server '${name}' cannot be loaded:`);
      throw cause;
    }
  };
  const loaded = Object.entries(servers).flatMap(([name, { bundle, keys }]) =>
    bundle === undefined ? [] : [load(name, bundle, keys)],
  );
  return Object.fromEntries(await Promise.all(loaded));
}
