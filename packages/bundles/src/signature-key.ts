import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { ForegoError } from "@forego/core";

/** A key with the one algorithm that it is used with. */
export interface SignatureKey {
  readonly key: KeyObject;
  readonly alg: string;
}

const curves: Readonly<Record<string, string>> = {
  prime256v1: "ES256",
  secp384r1: "ES384",
  secp521r1: "ES512",
};

/** RSA keys below this many bits are not taken: RFC 7518, section 3.3. */
const minRsaBits = 2048;

/**
 * Reads a private key in PEM, to sign with.
 *
 * @throws ForegoError FG3038 when it is none, or one that OPA could not verify with.
 */
export function readSigningKey(pem: string): SignatureKey {
  if (pem.includes("ENCRYPTED"))
    throw unusable(
      "The private key is encrypted",
      "decrypt it on its way here: `openssl pkey -in <file> | forego sign … --key -`.",
    );
  return withAlgorithm(parseKey(() => createPrivateKey(pem), "private"));
}

/**
 * Reads public keys in PEM, or those of certificates, to verify with. When a certificate ends is not looked at.
 *
 * @throws ForegoError FG3038 when there is none, or one cannot be used: a private key has no place where releases are
 * only verified.
 */
export function readVerificationKeys(pems: readonly string[]): readonly SignatureKey[] {
  // fail closed: a list of keys that came out empty trusts nobody
  if (pems.length === 0)
    throw unusable("There is no key to verify with", "name the public key of whoever signs releases.");
  return pems.map(readVerificationKey);
}

function readVerificationKey(pem: string): SignatureKey {
  if (pem.split("-----BEGIN").length > 2) {
    // fail closed: of a chain of certificates, the first is not the only one, and the others sign no releases
    throw unusable("Several keys were given as one", "name each of them for itself.");
  }
  if (pem.includes("PRIVATE KEY")) {
    throw unusable(
      "A private key was given to verify with",
      "keep it where releases are signed, and give the public one.",
    );
  }
  return withAlgorithm(parseKey(() => createPublicKey(pem), "public"));
}

function parseKey(parse: () => KeyObject, kind: string): KeyObject {
  try {
    return parse();
  } catch {
    // what the library says may hold a part of the key
    throw unusable(
      `The ${kind} key cannot be read`,
      `give it in PEM (\`-----BEGIN ${kind.toUpperCase()} KEY-----\`).`,
    );
  }
}

function withAlgorithm(key: KeyObject): SignatureKey {
  const { namedCurve = "", modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const isRsa = key.asymmetricKeyType === "rsa" && modulusLength >= minRsaBits;
  const alg = isRsa ? "RS256" : curves[namedCurve];
  if (alg !== undefined) return { key, alg };
  throw unusable(
    `A key of type '${key.asymmetricKeyType}' is none that OPA verifies with`,
    `use one of the curve P-256 (ES256), P-384 or P-521, or RSA with at least ${minRsaBits} bits.`,
  );
}

function unusable(problem: string, fix: string): ForegoError {
  return new ForegoError("FG3038", `${problem}.`, fix);
}
