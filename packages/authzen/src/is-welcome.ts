/** Hosts that mean this machine. */
export const loopbackHosts: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Whether a request is meant for this server, and comes from a page that may send it: a page of somebody else's that a
 * browser shows must not reach a server on this machine by a name that it made point here.
 */
export function isWelcome(request: Request, hosts: readonly string[]): boolean {
  // fail closed: a name that is not ours was made to point here
  if (!hosts.includes(hostOf(request.url))) return false;
  const origin = request.headers.get("origin");
  // fail closed: where a browser sends it, the page must be one of ours
  return origin === null || hosts.includes(hostOf(origin));
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? "";
}

/**
 * A name or an address of a host as URLs have it: in lower case, without a port, IPv6 in brackets.
 *
 * @throws TypeError for what is neither.
 */
export function hostnameOf(host: string): string {
  const isBare = host.split(":").length > 2 && !host.startsWith("[");
  const name = URL.parse(`http://${isBare ? `[${host}]` : host}`)?.hostname;
  if (name === undefined || name === "")
    throw new TypeError(`'${host}' is neither a host name nor an address`);
  return name;
}
