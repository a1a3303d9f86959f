import { generateKeyPairSync } from "node:crypto";
import { readableText } from "@forego/core";
import { describe, expect, test } from "vitest";
import { secretClassifier } from "./secret-classifier.ts";

const secrets = secretClassifier();
const finds = (text: string, classifier = secrets) => classifier.classify(text);

// put together here, so that nothing that looks for secrets finds these
const letters = (length: number) => "a1B2c3D4".repeat(length).slice(0, length);
const form = { type: "pkcs8", format: "pem" } as const;
const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
const key = String(rsa.export(form));
const encrypted = { ...form, cipher: "aes-128-cbc", passphrase: "x" } as const;
const secret: Readonly<Record<string, string>> = {
  "a token of GitHub": `ghp_${letters(36)}`,
  "a token of GitLab": `glpat-${letters(20)}`,
  "a key of AWS": `AWS_SECRET_ACCESS_KEY=${letters(40)}`,
  "a token of Slack": `xoxb-${"1".repeat(12)}-${letters(24)}`,
  "a key of Stripe": `sk_live_${letters(24)}`,
  "a key of Anthropic": `sk-ant-api03-${letters(93)}AA`,
  "a token of npm": `npm_${letters(36)}`,
  "an RSA key": key,
  "an RSA key of the older form": String(rsa.export({ type: "pkcs1", format: "pem" })),
  "an encrypted RSA key": String(rsa.export(encrypted)),
  "an encrypted RSA key of the older form": String(rsa.export({ ...encrypted, type: "pkcs1" })),
  "an EC key": String(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(form)),
  "an Ed25519 key": String(generateKeyPairSync("ed25519").privateKey.export(form)),
  "a key whose end is cut off": key.slice(0, 200),
  "a password in a URL": `https://ana:${letters(12)}@db.example.com/`,
  "a connection string": `postgres://ana:${letters(12)}@db.example.com/app`,
};

describe("secrets", () => {
  test.each(Object.entries(secret))("are found: %s", (_what, text) => {
    expect(finds(text)).toEqual(["secrets"]);
    expect(finds(`some words before it, ${text} and some behind`)).toEqual(["secrets"]);
  });

  test.each([
    ["nothing", ""],
    ["words", "The quick brown fox jumps over the lazy dog."],
    ["a digest", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ["an id", "550e8400-e29b-41d4-a716-446655440000"],
    ["a token that is too short", "ghp_abc"],
    ["the form of a key without one", "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"],
    [
      "a public key",
      String(generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" })),
    ],
    ["a URL", "https://example.com/a?b=c"],
  ])("are not found in %s", (_what, text) => {
    expect(finds(text)).toEqual([]);
  });

  test("are found in the fields of a value, and in JSON inside a text", () => {
    const value = { env: { AWS_SECRET_ACCESS_KEY: letters(40) } };
    expect(finds(readableText(value, 1000) ?? "")).toEqual(["secrets"]);
    const inside = { content: [{ type: "text", text: JSON.stringify({ private_key: key }) }] };
    expect(finds(readableText(inside, 10_000) ?? "")).toEqual(["secrets"]);
  });

  test("cannot be hidden by a comment beside them", () => {
    for (const comment of [
      "secretlint-disable",
      "secretlint-disable-line",
      "// secretlint-disable-next-line\n",
    ])
      expect(finds(`${comment} ${secret["a token of GitHub"]} // ${comment}`)).toEqual(["secrets"]);
  });

  test("of one text do not make the next one secret", () => {
    finds(key);
    expect(finds("nothing")).toEqual([]);
  });

  test("have the class that they are given", () => {
    const named = secretClassifier({ class: "credentials", maxLength: 10 });
    expect(named).toMatchObject({ classes: ["credentials"], maxLength: 10 });
    expect(finds(key, named)).toEqual(["credentials"]);
  });
});

describe("a hostile text", () => {
  const beginnings = [
    "ghs_1_",
    "ghs_1_a.",
    "http://a:",
    "mongodb://a:b",
    "sk-proj-",
    "AWS_SECRET_ACCESS_KEY   ",
  ]
    .concat(["_authToken=", "xoxb-1-", "a", "-----BEGIN PRIVATE KEY-----\n", "SG.a.a", "mysql://u:p@h/d?"])
    .concat([
      "tskey-aa-",
      "hvs.",
      "ops_eyaaaa",
      " ",
      "AKIA",
      "ghs_1_a.a",
      "https://hooks.slack.com/services/T",
    ]);
  // what takes long takes long each time; a machine that is busy does not
  test.each(beginnings)("takes no long time: '%s', over and over", { retry: 4 }, (part) => {
    const text = part.repeat(Math.ceil(65_536 / part.length)).slice(0, 65_536);
    const startedAt = performance.now();
    try {
      finds(text);
    } catch (cause) {
      expect(String(cause)).toContain("too much to look at");
    }
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
