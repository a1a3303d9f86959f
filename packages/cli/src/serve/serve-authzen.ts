import { type AuthZenHost, createAuthZenHandler, identifySubject } from "@forego/authzen";
import { exitCodes, type Terminal } from "../terminal.ts";
import { knowCallers } from "./authzen-callers.ts";
import { type AuthZenConfig, readAuthZenConfig } from "./authzen-config.ts";
import { type RequestHandler, serveHandler } from "./serve-handler.ts";
import { allowedHostsOf, openServedGuard } from "./served-guard.ts";

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
  const { auth, listen } = config;
  const authenticate = knowCallers(auth);
  const { guard, close } = await openServedGuard<AuthZenHost>(
    config,
    { identify: identifySubject },
    terminal,
  );
  const publicUrl = listen?.publicUrl;
  const handler = createAuthZenHandler(guard, {
    authenticate,
    allowedHosts: allowedHostsOf(listen),
    onTrouble: (cause) => terminal.error(`${terminal.colors.yellow("trouble")} ${whyOf(cause)}`),
    ...(publicUrl === undefined ? {} : { publicUrl: publicUrl.replace(/\/$/, "") }),
  });
  return { handler, close };
}

/** What an error says, and the code of what it was caused by: of keys that could not be fetched, that says more. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  return code === undefined ? error.message : `${error.message} (${String(code)})`;
}
