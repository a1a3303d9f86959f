import { asciiLower } from "./ascii-lower.ts";

/**
 * The scheme of a URL, without its colon and in lower case: `"https"`.
 *
 * `urlScheme`, `urlHost` and `urlPath` read an absolute URL as the WHATWG URL Standard does, and give what `new URL()`
 * gives as `protocol` (but for the colon), `hostname` and `pathname`; all three are `undefined` where a text is not strictly what it seems,
 * whatever `new URL()` would make of it:
 *
 * - `http`, `https`, `ws`, `wss` and `ftp` only, with `//` behind the colon;
 * - printable ASCII only: no spaces, tabs or line ends that parsers drop;
 * - no user name or password;
 * - a host of labels as DNS has them (letters, digits, hyphens within, at most 63 of them and 253 in all, no `xn--`, no
 *   dot at the end), or four numbers of 0 to 255 without leading zeros; no IPv6;
 * - a port of 0 to 65535 without leading zeros, or none;
 * - a path (RFC 3986, section 3.3) without `\`, `.` and `..`, empty segments but at its end, and `%00`, `%2e`, `%2f` and
 *   `%5c`, which servers read in more than one way.
 */
export function urlScheme(text: string): UrlScheme | undefined {
  return parseUrl(text)?.scheme as UrlScheme | undefined;
}

/** The schemes of the URLs that are read. */
export type UrlScheme = "http" | "https" | "ws" | "wss" | "ftp";

/**
 * The host of a URL, without its port and in lower case: `urlHost("https://Example.com:8080/a")` is `"example.com"`.
 * When it is `undefined`: see `urlScheme`. Compare it as a whole, or its end with the dot before it.
 */
export function urlHost(text: string): string | undefined {
  return parseUrl(text)?.host;
}

/** The path of a URL, `"/"` where it has none, without query and fragment. When it is `undefined`: see `urlScheme`. */
export function urlPath(text: string): string | undefined {
  return parseUrl(text)?.path;
}

const form =
  /^(https?|wss?|ftp):\/\/([a-z0-9.-]+)(?::(0|[1-9]\d{0,4}))?((?:\/[\w.~!$&'()*+,;=:@%-]*)*)(?:[?#][!-~]*)?$/i;

function parseUrl(text: string) {
  const [, scheme, host, port = "0", path = ""] = form.exec(text) ?? [];
  if (scheme === undefined || host === undefined) return undefined;
  if (!isHost(asciiLower(host)) || Number(port) > 65535 || isUnclear(path)) return undefined;
  return { scheme: asciiLower(scheme), host: asciiLower(host), path: path === "" ? "/" : path };
}

function isHost(host: string): boolean {
  const labels = host.split(".");
  const areLabels = labels.every((label) => /^(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  if (!areLabels || host.length > 253) return false;
  return /^[a-z]/.test(labels.at(-1) ?? "") || (labels.length === 4 && labels.every(isByte));
}

function isByte(label: string): boolean {
  return /^(?:0|[1-9]\d{0,2})$/.test(label) && Number(label) <= 255;
}

/** Whether a path can be read in more than one way. */
function isUnclear(path: string): boolean {
  return /\/\.{0,2}\/|\/\.{1,2}$|%(?![0-9a-f]{2})|%(?:00|2e|2f|5c)/i.test(path);
}
