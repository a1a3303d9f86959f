import { type CountryCode, isValidPhoneNumber } from "libphonenumber-js/min";
import validator from "validator";
import { joinedGroups } from "./joined-groups.ts";

/** A kind of personal data, and whether a text holds any. */
export type PiiFinder = (text: string, country: CountryCode | undefined) => boolean;

/** Telephone numbers that are looked at in one text: each takes up to 30 us. */
const maxPhones = 500;

/** Every kind. Patterns find what may be one, in time that grows with the text and no faster; checks tell whether it is. */
export const piiKinds = {
  email: (text) =>
    text.includes("@") && some(text, address, (one) => validator.isEmail(one.replace(/[.-]+$/, ""))),

  /** With a plus sign; others only where a country is given. */
  phone(text, country) {
    const pattern = country === undefined ? /\+\d(?:[ ()./-]{0,2}\d){6,14}/g : nationalPhone;
    let looked = 0;
    return some(text, pattern, (one) => {
      looked += 1;
      // what is not looked at may be one: the guard takes a throw for a doubt
      if (looked > maxPhones) throw new Error("too many numbers to look at");
      return isValidPhoneNumber(one, country) || isValidPhoneNumber(withoutLastGroup(one), country);
    });
  },

  /** Of the great schemes, with Luhn's check digit. */
  card: (text) =>
    some(text, /(?<!\d)\d{3,19}(?!\d)(?:[ -]\d{3,19}(?!\d))*/g, (run) => {
      for (const number of joinedGroups(run, 12, 19)) {
        if (/^[2-6]|^81/.test(number) && validator.isCreditCard(number)) return true;
      }
      return false;
    }),

  /** Of a country's form, with check digits (ISO 7064, mod 97-10). */
  iban: (text) =>
    some(text, /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,40}/g, (run) => {
      for (const number of joinedGroups(run, 15, 34)) if (validator.isIBAN(number)) return true;
      return false;
    }),

  /** Of the United States, in three groups; numbers that are never given out are none. */
  ssn: (text) => /(?<![\d-])(?!000|666|9\d\d)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])/.test(text),

  /** Version 4 and 6. */
  ip: (text) =>
    some(text, /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)/g, (one) => validator.isIP(one, 4)) ||
    some(
      text,
      /(?<![\w:.])[0-9A-Fa-f:]{6,39}(?![\w:])/g,
      (one) => one.split(":").length > 3 && validator.isIP(one, 6),
    ),
} as const satisfies Readonly<Record<string, PiiFinder>>;

/** One of {@link piiKinds}. */
export type PiiKind = keyof typeof piiKinds;

/** Begins where a word does: nobody's name is longer than 64 characters before the sign. */
const address = /(?<![^\s@<>()[\]",;:\\/?=&])[^\s@<>()[\]",;:\\/?=&]{1,64}@[\p{L}\p{N}.-]{3,255}/gu;

const nationalPhone = /(?<![\d.])(?:\+|\(?\d)(?:[ ()./-]{0,2}\d){6,15}/g;

/** A year or an extension may stand behind a number. */
function withoutLastGroup(number: string): string {
  return number.replace(/[ ()./-]+\d+$/, "");
}

function some(text: string, pattern: RegExp, isOne: (found: string) => boolean): boolean {
  for (const [found] of text.matchAll(pattern)) if (isOne(found)) return true;
  return false;
}
