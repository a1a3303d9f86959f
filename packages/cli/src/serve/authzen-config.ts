import { z } from "zod";
import type { Terminal } from "../terminal.ts";
import { readServeFile, servedGuardSchema, userSchema } from "./served-guard.ts";
import { tokenSchema } from "./token-issuer.ts";

const name = z.string().min(1);
/** Whether a caller asks for itself, or for the subjects that it names; who issued those; whether it may answer approvals. */
const speaking = {
  speaks_for: z.enum(["itself", "subjects"]).optional(),
  subject_issuer: name.optional(),
  may_answer: z.boolean().optional(),
};

/** What a caller is told of itself must be what it is taken for. */
const ofSubjects = {
  message: 'ids of subjects are believed where "speaks_for" is "subjects" alone',
  path: ["subject_issuer"],
};

const key = z
  .strictObject({
    sha256: z.string().regex(/^[0-9a-fA-F]{64}$/, "64 hexadecimal digits: the SHA-256 digest of the key"),
    ...speaking,
    tenant: z.strictObject({ id: name }).optional(),
    user: userSchema.optional(),
  })
  .refine(isUsed, ofSubjects)
  .refine(({ speaks_for, user }) => speaks_for !== "subjects" || user === undefined, {
    message: "whoever speaks for subjects is no user itself",
    path: ["user"],
  });

const tokens = tokenSchema.extend(speaking).refine(isUsed, ofSubjects);

const schema = servedGuardSchema.extend({
  auth: z
    .strictObject({ keys: z.record(name, key).optional(), tokens: tokens.optional() })
    .refine(({ keys = {}, tokens }) => Object.keys(keys).length > 0 || tokens !== undefined, {
      message: "nobody could ask: give it `keys` or `tokens`",
    })
    // fail closed: somebody whom one caller knows with an issuer, and another without, would be two people
    .refine((auth) => new Set(issuersOf(auth).map((issuer) => issuer === undefined)).size < 2, {
      message:
        "say who issued the ids of users for all callers, by `subject_issuer` or `user.issuer`, or for none",
    }),
});

function isUsed({ speaks_for, subject_issuer }: z.infer<z.ZodObject<typeof speaking>>): boolean {
  return speaks_for === "subjects" || subject_issuer === undefined;
}

interface Callers {
  readonly keys?: Readonly<Record<string, z.infer<typeof key>>> | undefined;
  readonly tokens?: z.infer<typeof tokens> | undefined;
}

/** Who issued the ids of the users that callers speak for; of agents there are none. */
function issuersOf({ keys = {}, tokens }: Callers): readonly (string | undefined)[] {
  const byKey = Object.values(keys).flatMap(({ speaks_for, subject_issuer, user }) => {
    if (speaks_for === "subjects") return [subject_issuer];
    return user === undefined ? [] : [user.issuer];
  });
  if (tokens === undefined) return byKey;
  return [...byKey, tokens.speaks_for === "subjects" ? tokens.subject_issuer : tokens.issuer];
}

/** What `forego serve authzen` is told. */
export type AuthZenConfig = z.infer<typeof schema>;
/** A caller that is known by its key. */
export type KeyConfig = z.infer<typeof key>;
/** How tokens are verified, what their claims say, and for whom their callers speak. */
export type CallerTokenConfig = z.infer<typeof tokens>;

/**
 * Reads the configuration of an AuthZEN server. Paths in it are taken from its folder.
 *
 * @throws ForegoError FG3050 when the file cannot be read, FG4501 when it is not what it should be.
 */
export function readAuthZenConfig(file: string, terminal: Terminal): Promise<AuthZenConfig> {
  return readServeFile(schema, file, "FG4501", terminal);
}
