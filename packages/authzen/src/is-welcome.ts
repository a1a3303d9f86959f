/** Hosts that mean this machine. */
export const loopbackHosts: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Whether a request is meant for this server, and comes from a page that may send it: a page of somebody else's that a
 * browser shows must not reach a server on this machine by a name that it made point here.
 */
export function isWelcome(request: Request, hosts: readonly string[]): boolean {
  // fail closed: a name that is not ours was made to point here
  if (!hosts.includes(hostnameOf(request.url))) return false;
  const origin = request.headers.get("origin");
  // fail closed: where a browser sends it, the page must be one of ours
  return origin === null || hosts.includes(hostnameOf(origin));
}

function hostnameOf(url: string): string {
  return URL.parse(url)?.hostname ?? "";
}
