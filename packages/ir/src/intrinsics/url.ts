/** The scheme of a URL; `undefined` where a text is none in the strict form. */
export function urlScheme(text: string): string | undefined {
  return parseUrl(text)?.scheme;
}

/** The host of a URL; `undefined` where a text is none in the strict form. */
export function urlHost(text: string): string | undefined {
  return parseUrl(text)?.host;
}

/** The path of a URL; `undefined` where a text is none in the strict form. */
export function urlPath(text: string): string | undefined {
  return parseUrl(text)?.path;
}

const schemes = ["http", "https", "ws", "wss", "ftp"];

function parseUrl(text: string) {
  if (!/^[!-~]+$/.test(text) || !text.includes("://")) return undefined;
  const start = text.indexOf("://");
  const [hierarchy = ""] = text.slice(start + 3).split(/[?#]/);
  const [authority = "", ...segments] = hierarchy.split("/");
  const [name = "", ...ports] = authority.split(":");
  const scheme = text.slice(0, start).toLowerCase();
  const host = name.toLowerCase();
  const isClear = schemes.includes(scheme) && isHost(host) && arePorts(ports) && arePath(segments);
  return isClear ? { scheme, host, path: `/${segments.join("/")}` } : undefined;
}

function isHost(host: string): boolean {
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  const isNumeric = labels.length === 4 && labels.every((label) => isDecimal(label) && Number(label) < 256);
  return host.length <= 253 && labels.every(isLabel) && (isNumeric || !/^\d/.test(last));
}

function isLabel(label: string): boolean {
  const isPlain = /^[a-z\d-]{1,63}$/.test(label) && !label.startsWith("xn--");
  return isPlain && !label.startsWith("-") && !label.endsWith("-");
}

/** One port, or none. */
function arePorts([port, ...others]: readonly string[]): boolean {
  return port === undefined || (others.length === 0 && isDecimal(port) && Number(port) < 65536);
}

function isDecimal(text: string): boolean {
  return /^\d{1,5}$/.test(text) && String(Number(text)) === text;
}

/** Segments that every server reads alike; the last one may be empty. */
function arePath(segments: readonly string[]): boolean {
  const characters = /^(?:[\w.~!$&'()*+,;=:@-]|%(?!00|2e|2f|5c)[\da-f]{2})*$/i;
  return segments.every((segment, index) => {
    const isEmpty = segment === "" && index < segments.length - 1;
    return !isEmpty && segment !== "." && segment !== ".." && characters.test(segment);
  });
}
