import type { Classifier } from "@forego/core";
import type { CountryCode } from "libphonenumber-js/min";
import { type PiiFinder, type PiiKind, piiKinds } from "./pii-kinds.ts";

export type { PiiKind } from "./pii-kinds.ts";

/** What counts as personal data, and what it is called. */
export interface PiiOptions {
  /** The data class of a kind; `null` leaves the kind out. Each defaults to `pii`. */
  readonly classes?: Readonly<Partial<Record<PiiKind, string | null>>>;
  /** The country whose telephone numbers are found without their prefix, as `US`. Defaults to none. */
  readonly country?: CountryCode;
  /** Characters of the longest text that is looked at. Defaults to 65,536. */
  readonly maxLength?: number;
}

/**
 * Finds e-mail addresses, telephone numbers, card numbers, IBANs, social security numbers of the United States and IP
 * addresses, by their form and their check digits. It knows no names, streets or birthdays, and reads nothing that is
 * encoded, split or written in words.
 */
export function piiClassifier({ classes = {}, country, maxLength }: PiiOptions = {}): Classifier {
  const kinds = Object.entries<PiiFinder>(piiKinds).flatMap(([kind, find]) => {
    const name = Object.hasOwn(classes, kind) ? classes[kind as PiiKind] : "pii";
    return name === null || name === undefined ? [] : [{ name, find }];
  });
  return {
    classes: [...new Set(kinds.map(({ name }) => name))],
    ...(maxLength === undefined ? {} : { maxLength }),
    classify(text) {
      const found = new Set<string>();
      for (const { name, find } of kinds) {
        if (!found.has(name) && find(text, country)) found.add(name);
      }
      return [...found];
    },
  };
}
