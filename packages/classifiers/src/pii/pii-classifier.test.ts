import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { piiClassifier } from "./pii-classifier.ts";

/** What takes long takes long each time; a machine that is busy does not. */
const unlessBusy = { retry: 4 };

const pii = piiClassifier();
const finds = (text: string, classifier = pii) => [...(classifier.classify(text) as readonly string[])];

/** Texts of 64 Ki characters that are nothing but beginnings. */
const hostile = [
  "1",
  "1 ",
  "4111 ",
  "4 4",
  "a",
  "@",
  "a@",
  "a@b.",
  "+1-",
  "1.1.",
  "a:b:c:",
  "1:2:3:4 ",
  "DE89 ",
]
  .concat(["DE00aaaaaaaaaaaa ", "123-45-", "1234,5678,9012,", "é", " ", "%", "(555) ", "+", "2001:db8::"])
  .concat([`${"a".repeat(64)}@`, `a@${"a.".repeat(120)} `, "4111 111 ", "aa11"]);

describe("personal data", () => {
  test.each([
    "ana@example.com",
    "mail: <Ana.O'Neil+x@mail.example.co.uk>.",
    "https://x.test/a?email=ana@example.com&n=1",
    "größe@example.de",
    "call +49 30 901820 now",
    "tel:+14155552671",
    "+1 (415) 555-2671 2026",
    "4111 1111 1111 1111",
    "3782-822463-10005",
    "card 5555555555554444 12",
    "6011 1111 1111 1117 123",
    "DE89 3704 0044 0532 0130 00 is it",
    "iban: GB82WEST12345698765432",
    "ssn 123-45-6789.",
    "ssn 123 45 6789",
    "from 192.168.1.17:8080",
    "at fe80::1ff:fe23:4567:890a",
    "2001:0db8:0000:0000:0000:ff00:0042:8329",
  ])("is found in '%s'", (text) => {
    expect(finds(text)).toEqual(["pii"]);
    expect(finds(`some words before it, ${text} and some behind`)).toEqual(["pii"]);
  });

  test.each([
    ["nothing", ""],
    ["words", "The quick brown fox jumps over the lazy dog."],
    ["an @ that is no address", "@ana and a@b, user@localhost"],
    ["a card with a wrong check digit", "4111 1111 1111 1112"],
    ["a number of an order", "order 1234567890123456"],
    ["a card inside a longer number", "14111111111111111234567890"],
    ["an IBAN with wrong check digits", "DE88 3704 0044 0532 0130 00"],
    ["a social security number that is never given out", "000-12-3456 666-12-3456 923-12-3456 123-00-4567"],
    ["a number with more groups", "123-45-6789-0"],
    ["a version with five parts", "v1.2.3.4.5"],
    ["octets that are too large", "300.1.2.3"],
    ["times", "2026-11-21T10:00:00Z 12:34:56"],
    ["code", "std::vector a::b Foo::bar"],
    ["a telephone number without its prefix", "(415) 555-2671"],
    ["a prefix that nobody has", "+999 123 456 789"],
  ])("is not found in %s", (_what, text) => {
    expect(finds(text)).toEqual([]);
  });

  test("of a country has telephone numbers without a prefix", () => {
    const us = piiClassifier({ country: "US" });
    expect(finds("(415) 555-2671", us)).toEqual(["pii"]);
    expect(finds("415.555.2671 2026", us)).toEqual(["pii"]);
    expect(finds("555 26", us)).toEqual([]);
  });

  test("has the classes that it is given, and a kind can be left out", () => {
    const named = piiClassifier({ classes: { card: "cardholder", ip: null }, maxLength: 10 });
    expect(named).toMatchObject({ classes: ["pii", "cardholder"], maxLength: 10 });
    expect(finds("10.0.0.1", named)).toEqual([]);
    expect(finds("4111111111111111 ana@example.com", named).sort()).toEqual(["cardholder", "pii"]);
  });
});

describe("a hostile text", () => {
  test.each(hostile)("takes no long time: '%s', over and over", unlessBusy, (part) => {
    const text = part.repeat(Math.ceil(65_536 / part.length)).slice(0, 65_536);
    for (const classifier of [pii, piiClassifier({ country: "US" })]) {
      const startedAt = performance.now();
      quietly(() => finds(text, classifier));
      expect(performance.now() - startedAt).toBeLessThan(1000);
    }
  });

  test("takes no long time, whatever it repeats", unlessBusy, () => {
    const parts = fc.array(fc.constantFrom(...hostile, "/", ",", "0", "x", "_", "\n"), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(parts, (some) => {
        const part = some.join("");
        const text = part.repeat(Math.ceil(16_384 / part.length));
        const startedAt = performance.now();
        quietly(() => finds(text));
        return performance.now() - startedAt < 1000;
      }),
      { numRuns: 50 },
    );
  });

  test("with more telephone numbers than can be looked at is a doubt", () => {
    expect(() => finds("+999 123 456 789 ".repeat(1000))).toThrow("too many");
  });
});

/** What is too much to look at is a throw, which the guard takes for a doubt. */
function quietly(work: () => unknown): void {
  try {
    work();
  } catch (cause) {
    expect(String(cause)).toContain("too many");
  }
}
