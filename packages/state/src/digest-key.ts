import { hash } from "node:crypto";

/** A key of 43 characters for a text of any length and any content. */
export function digestKey(text: string): string {
  // as JSON, where lone surrogates and NUL are ASCII: UTF-8 would take different texts for the same
  return hash("sha256", JSON.stringify(text), "base64url");
}
