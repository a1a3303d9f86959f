import { ForegoError } from "../contract/forego-error.ts";

/** Hosts that mean this machine, as URLs have them. */
export const loopbackHosts: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Where a request over HTTP goes, and the page that a browser sends it from. */
export interface RequestPlace {
  readonly url: string;
  readonly origin: string | null | undefined;
}

/**
 * Whether a request is meant for a server of these hosts ({@link hostnameOf}), and comes from a page that may send it: a
 * page of somebody else's that a browser shows must not reach a server on this machine by a name that it made point here.
 */
export function isWelcome({ url, origin }: RequestPlace, hosts: readonly string[]): boolean {
  // fail closed: a name that is not ours was made to point here
  if (!hosts.includes(hostOf(url))) return false;
  // fail closed: where a browser sends it, the page must be one of ours
  return origin === null || origin === undefined || hosts.includes(hostOf(origin));
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? "";
}

/**
 * A name or an address of a host as URLs have it: in lower case, without a port, IPv6 in brackets.
 *
 * @throws ForegoError FG4007 for what is neither, such as a URL.
 */
export function hostnameOf(host: string): string {
  const isBare = host.split(":").length > 2 && !host.startsWith("[");
  const name = /[/?#@\\]/.test(host) ? "" : hostOf(`http://${isBare ? `[${host}]` : host}`);
  if (name !== "") return name;
  const problem = `${JSON.stringify(host)} is neither a host name nor an address.`;
  throw new ForegoError("FG4007", problem, 'name hosts as they are, such as "tools.example" or "::1".');
}
