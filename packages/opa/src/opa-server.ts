import { validateHeaderName, validateHeaderValue } from "node:http";
import { ForegoError } from "@forego/core";

/** Where the server listens: a URL, or a unix socket. */
export type OpaAddress =
  | {
      /** `http://…` or `https://…`. A path, such as a reverse proxy needs, stays in front of `/v1/data`. */
      readonly url: string;
      readonly socket?: undefined;
    }
  | {
      /** The path of a unix socket. */
      readonly socket: string;
      readonly url?: undefined;
    };

/** An OPA server, and how it is asked. */
export type OpaServer = OpaAddress & {
  /** The bearer token, or a function that is asked for it before each request. Never part of an error. */
  readonly token?: string | (() => string);
  /** Further headers of every request. Never part of an error. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for one answer, after which its connection is closed. Defaults to 50, as long as a guard waits. */
  readonly timeoutMs?: number;
  /** Milliseconds within which the server must have the release when the engine is made. Defaults to 5,000. */
  readonly startTimeoutMs?: number;
  /** Connections that are open at once; further requests wait for one. Defaults to 64. */
  readonly maxConnections?: number;
  /** Told once what an operator should change about the server. Defaults to a warning of the process. */
  readonly onWarning?: (message: string) => void;
};

/** Where requests go, checked and completed. */
export interface OpaTarget {
  readonly isSecure: boolean;
  readonly place: { readonly socketPath: string } | { readonly host: string; readonly port: string };
  /** What stands in front of `/v1/data`. */
  readonly basePath: string;
  /** The headers of a request that is made now. May throw. */
  headers(): Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly startTimeoutMs: number;
  readonly maxConnections: number;
}

/**
 * Checks and completes how a server is asked.
 *
 * @throws ForegoError FG4020 when an option is not usable; the message has no value in it.
 */
export function readServer(server: OpaServer): OpaTarget {
  const { token, headers = {}, maxConnections = 64 } = server;
  const isGiven = (text: unknown): text is string => typeof text === "string" && text !== "";
  if (isGiven(server.url) === isGiven(server.socket)) throw unusable("there must be a url, or else a socket");
  checkHeaders(headers);
  if (typeof token === "string") checkHeaders({ authorization: bearer(token) });
  if (!Number.isInteger(maxConnections) || maxConnections < 1)
    throw unusable("'maxConnections' must be a whole number above 0");
  return {
    ...(isGiven(server.socket) ? socketPlace(server.socket) : urlPlace(server.url as string)),
    headers: () => ({
      ...headers,
      ...(token === undefined ? {} : { authorization: bearer(currentOf(token)) }),
    }),
    timeoutMs: requirePositive("timeoutMs", server.timeoutMs ?? 50),
    startTimeoutMs: requirePositive("startTimeoutMs", server.startTimeoutMs ?? 5000),
    maxConnections,
  };
}

type Place = Pick<OpaTarget, "isSecure" | "place" | "basePath">;

function socketPlace(socketPath: string): Place {
  return { isSecure: false, place: { socketPath }, basePath: "" };
}

function urlPlace(text: string): Place {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw unusable("'url' must be one of http or https");
  if (url.username !== "" || url.password !== "")
    throw unusable("'url' must hold no password, which is what 'token' and 'headers' are for");
  if (url.search !== "" || url.hash !== "") throw unusable("'url' must end with its path");
  const isSecure = url.protocol === "https:";
  // node:http wants the address of IPv6 without its brackets
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? (isSecure ? "443" : "80") : url.port;
  return { isSecure, place: { host, port }, basePath: url.pathname.replace(/\/+$/, "") };
}

function bearer(token: string): string {
  return `Bearer ${token}`;
}

function currentOf(token: string | (() => string)): string {
  return typeof token === "string" ? token : token();
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw unusable("a name or value in 'headers', or the 'token', cannot stand in a header");
    }
  }
}

function requirePositive(option: string, value: number): number {
  // more than setTimeout can wait is no wait at all
  if (Number.isFinite(value) && value > 0 && value < 2 ** 31) return value;
  throw unusable(`'${option}' must be a number of milliseconds above 0`);
}

function unusable(problem: string): ForegoError {
  return new ForegoError(
    "FG4020",
    `The options of the OPA server cannot be used: ${problem}.`,
    "name the server as { url: 'http://127.0.0.1:8181' } or { socket: '/run/opa.sock' }.",
  );
}
