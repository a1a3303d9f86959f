import { dirname, resolve } from "node:path";
import { ForegoError } from "@forego/core";
import { z } from "zod";
import { readText } from "./read-text.ts";
import type { Terminal } from "./terminal.ts";

const name = z.string().min(1);
const claim = z.union([name, z.array(name).min(1)]);
const speaksFor = z.enum(["itself", "subjects"]);
const tenant = z.strictObject({ id: name });

const user = z.strictObject({
  id: name,
  issuer: name.optional(),
  groups: z.array(z.string()).optional(),
  data_classifications_authorized: z.array(z.string()).optional(),
});

const key = z.strictObject({
  sha256: z.string().regex(/^[0-9a-fA-F]{64}$/, "64 hexadecimal digits: the SHA-256 digest of the key"),
  speaks_for: speaksFor.optional(),
  subject_issuer: name.optional(),
  tenant: tenant.optional(),
  user: user.optional(),
});

const tokens = z.strictObject({
  issuer: name,
  audience: z.union([name, z.array(name).min(1)]),
  jwksUrl: z.url({ protocol: /^https?$/ }).optional(),
  jwks: z.strictObject({ keys: z.array(z.looseObject({ kty: name })).min(1) }).optional(),
  speaks_for: speaksFor.optional(),
  subject_issuer: name.optional(),
  claims: z
    .strictObject({
      tenant: claim.optional(),
      user: claim.optional(),
      groups: claim.optional(),
      data_classifications_authorized: claim.optional(),
    })
    .optional(),
});

const schema = z.strictObject({
  release: name,
  agent: z.strictObject({ id: name, scope: name, owner_team: name.optional() }),
  auth: z
    .strictObject({ keys: z.record(name, key).optional(), tokens: tokens.optional() })
    .refine(({ keys = {}, tokens }) => Object.keys(keys).length > 0 || tokens !== undefined, {
      message: "nobody could ask: give it `keys` or `tokens`",
    }),
  listen: z
    .strictObject({
      host: name.optional(),
      port: z.int().min(0).max(65_535).optional(),
      allowedHosts: z.array(name).optional(),
      publicUrl: z.url({ protocol: /^https?$/ }).optional(),
    })
    .optional(),
  engine: z.enum(["wasm", "ir"]).optional(),
  mode: z.enum(["enforce", "shadow"]).optional(),
  environment: z.strictObject({ region: name.optional(), is_production: z.boolean().optional() }).optional(),
  tools: z.record(z.string(), z.strictObject({ data_classes: z.array(z.string()) })).optional(),
  state: z.union([z.literal("memory"), z.strictObject({ sqlite: name })]).optional(),
  records: name.optional(),
  deadlineMs: z.number().positive().optional(),
  approvalTtlMs: z.number().positive().optional(),
});

/** What `forego serve authzen` is told. */
export type AuthZenConfig = z.infer<typeof schema>;
/** A caller that is known by its key. */
export type KeyConfig = z.infer<typeof key>;
/** How tokens are verified, and what their claims say. */
export type CallerTokenConfig = z.infer<typeof tokens>;

/**
 * Reads the configuration of an AuthZEN server. Paths in it are taken from its folder.
 *
 * @throws ForegoError FG3050 when the file cannot be read, FG4501 when it is not what it should be.
 */
export async function readAuthZenConfig(file: string, terminal: Terminal): Promise<AuthZenConfig> {
  const read = schema.safeParse(parseJson(await readText(file, terminal), file));
  if (!read.success) throw unusable(file, z.prettifyError(read.error), read.error);
  const inFolder = (path: string) => resolve(dirname(file), path);
  const { release, state, records } = read.data;
  return {
    ...read.data,
    release: inFolder(release),
    ...(typeof state === "object" ? { state: { sqlite: inFolder(state.sqlite) } } : {}),
    ...(records === undefined ? {} : { records: inFolder(records) }),
  };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw unusable(file, "it is not JSON", cause);
  }
}

function unusable(file: string, problem: string, cause: unknown): ForegoError {
  const message = `The configuration '${file}' cannot be used:\n${problem}`;
  return new ForegoError("FG4501", message, "write it as the README of @forego/cli says.", { cause });
}
