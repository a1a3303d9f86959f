import type { Classifier } from "@forego/core";
import { createSecretScan } from "./secret-scan.ts";

/** What secrets are called. */
export interface SecretOptions {
  /** Their data class. Defaults to `secrets`. */
  readonly class?: string;
  /** Characters of the longest text that is looked at. Defaults to 65,536. */
  readonly maxLength?: number;
}

/**
 * Finds API keys, tokens, private keys, passwords in URLs and connection strings of databases, by the rules that
 * secretlint recommends. It reads nothing that is encoded or split, and knows no secret without a form of its own, such
 * as a password.
 */
export function secretClassifier({ class: name = "secrets", maxLength }: SecretOptions = {}): Classifier {
  const holdsSecret = createSecretScan();
  return {
    classes: [name],
    ...(maxLength === undefined ? {} : { maxLength }),
    classify: (text) => (holdsSecret(text) ? [name] : []),
  };
}
