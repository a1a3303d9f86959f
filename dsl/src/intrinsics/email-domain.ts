import { asciiLower } from "./ascii-lower.ts";

/** The form of zod's `z.email()`. */
const address =
  /^(?:[A-Za-z0-9_'+-]+\.)*[A-Za-z0-9_'+-]*[A-Za-z0-9_+-]@((?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,})$/;

/**
 * The domain of an e-mail address, in lower case: `emailDomain("Ada@Example.com")` is `"example.com"`. It is
 * `undefined` unless the whole text is one address as zod's `z.email()` accepts it: ASCII, one `@`, no display name,
 * comment, quotes or address literal, and a domain of two labels or more. Compare the domain as a whole, or its end
 * with the dot before it: `example.com.evil.org` begins with `example.com`.
 */
export function emailDomain(text: string): string | undefined {
  const [, domain] = address.exec(text) ?? [];
  return domain === undefined ? undefined : asciiLower(domain);
}
