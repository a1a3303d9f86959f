/**
 * Whether every server reads the URI that rules see, however it normalises or decodes it: `file:///a/../b` is another
 * file, and so are `file:///a/%2e%2e/b`, `file:///%62` and `file:///a b`. What is no URL need not be resolved by
 * anybody, and may be all the same.
 */
export function isReadAsWritten(uri: string): boolean {
  // fail closed: what is no character of a URI, some servers encode before they look for it
  if (!characters.test(uri) || hasOtherSpelling(uri)) return false;
  const url = URL.parse(uri);
  try {
    const written = decodeURIComponent(uri);
    if (url === null) return !hasDots(written);
    const read = decodeURIComponent(url.href);
    // what is left of dots stands behind a backslash, which some servers take for a slash
    return !hasDots(decodeURIComponent(url.pathname)) && (read === written || read === `${written}/`);
  } catch {
    // fail closed: what cannot be decoded, every server reads in its own way
    return false;
  }
}

/** All that RFC 3986 writes a URI in, with the digits of what is encoded in the case that it asks for (section 6.2.2.1). */
const characters = /^(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9A-F]{2})*$/;

function hasDots(path: string): boolean {
  return /(^|[/\\])\.\.?([/\\]|$)/.test(path);
}

/** The authority and the path of a URI, as RFC 3986 takes it apart; what follows is its query and its fragment. */
const parts = /^(?:[^:/?#]+:)?(?<authority>\/\/[^/?#]*)?(?<path>[^?#]*)/;

/**
 * Whether a URI says in a roundabout way what another one says: by characters encoded that need not be (RFC 3986,
 * section 2.3), by an encoded slash, or by an empty segment between two slashes. In a query slashes are encoded often,
 * and a tilde is by forms. A path without a slash at its beginning has no segments: it may hold another URI.
 */
function hasOtherSpelling(uri: string): boolean {
  const { authority = "", path = "" } = parts.exec(uri)?.groups ?? {};
  const isEncoded = (text: string, character: RegExp) =>
    [...text.matchAll(/%([0-9a-f]{2})/gi)].some(([, code = ""]) =>
      character.test(String.fromCharCode(Number.parseInt(code, 16))),
    );
  if (isEncoded(uri, /[\w.-]/) || isEncoded(authority + path, /[~/\\]/)) return true;
  return path.startsWith("/") && path.includes("//");
}
