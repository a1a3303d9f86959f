import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";

/**
 * Digest of JSON data: `sha256:` and 64 hexadecimal digits over its canonical form (RFC 8785), so that the order
 * of keys does not count.
 *
 * @throws Error when the value is not JSON data (a cycle, a lone surrogate, a number that is not finite).
 */
export function canonicalDigest(value: unknown): string {
  return textDigest(canonicalize(value) ?? "");
}

/** Digest of a text's UTF-8 bytes, in the same form. */
export function textDigest(text: string): string {
  return `sha256:${bytesToHex(sha256(utf8ToBytes(text)))}`;
}
