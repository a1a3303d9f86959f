import type { IncomingMessage } from "node:http";

/** Hosts that mean this machine. */
export const loopbackHosts: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Whether an address that a server listens on is reached from this machine only. */
export function isLoopback(host: string): boolean {
  return ["localhost", "127.0.0.1", "::1", "[::1]"].includes(host);
}

/**
 * Whether a request is meant for this gateway, and comes from a page that may send it: a page of somebody else's that
 * a browser shows must not reach a server on this machine by a name that it made point here.
 */
export function isWelcome({ headers }: IncomingMessage, hosts: readonly string[]): boolean {
  // fail closed: without a host nobody knows whom the request is for
  if (!hosts.includes(hostnameOf(`http://${headers.host ?? ""}`))) return false;
  // fail closed: where a browser sends it, the page must be one of ours
  return headers.origin === undefined || hosts.includes(hostnameOf(headers.origin));
}

/** The host of a URL, where there is one. */
export function hostsOf(url: string | undefined): readonly string[] {
  return url === undefined ? [] : [hostnameOf(url)];
}

function hostnameOf(url: string): string {
  return URL.parse(url)?.hostname ?? "";
}
