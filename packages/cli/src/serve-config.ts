import { dirname, resolve } from "node:path";
import { ForegoError } from "@forego/core";
import { z } from "zod";
import { readText } from "./read-text.ts";
import type { Terminal } from "./terminal.ts";

const name = z.string().min(1);

/** Where a claim is in a token: its name, or the names on the way to it. */
const claim = z.union([name, z.array(name).min(1)]);

const server = z.union([
  z.strictObject({
    command: name,
    args: z.array(z.string()).optional(),
    env: z.record(z.string(), z.string()).optional(),
    cwd: name.optional(),
    bundle: name.optional(),
  }),
  z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    headers: z.record(z.string(), z.string()).optional(),
    bundle: name.optional(),
  }),
]);

const identity = z.strictObject({
  tenant: z.strictObject({ id: name }).optional(),
  user: z
    .strictObject({
      id: name,
      issuer: name.optional(),
      groups: z.array(z.string()).optional(),
      data_classifications_authorized: z.array(z.string()).optional(),
    })
    .optional(),
});

const tokens = z.strictObject({
  issuer: name,
  audience: z.union([name, z.array(name).min(1)]),
  jwksUrl: z.url({ protocol: /^https?$/ }).optional(),
  jwks: z.strictObject({ keys: z.array(z.looseObject({ kty: name })).min(1) }).optional(),
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
  servers: z.record(z.string(), server),
  auth: z.union([z.literal("none"), tokens]),
  identity: identity.optional(),
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
  passMethods: z.array(name).optional(),
});

/** What `forego serve mcp` is told. */
export type ServeConfig = z.infer<typeof schema>;
/** How tokens are verified, and what their claims say. */
export type TokenConfig = z.infer<typeof tokens>;

/**
 * Reads the configuration of a gateway. Paths in it are taken from its folder; `${NAME}` in the headers and the
 * environment of servers is a variable of this process's environment.
 *
 * @throws ForegoError FG3050 when the file cannot be read, FG4401 when it is not what it should be, FG4402 when a
 * variable is not set.
 */
export async function readServeConfig(file: string, terminal: Terminal): Promise<ServeConfig> {
  const read = schema.safeParse(parseJson(await readText(file, terminal), file));
  if (!read.success) throw unusable(file, z.prettifyError(read.error), read.error);
  const config = read.data;
  const inFolder = (path: string) => resolve(dirname(file), path);
  const { state, records } = config;
  return {
    ...config,
    release: inFolder(config.release),
    servers: Object.fromEntries(
      Object.entries(config.servers).map(([id, one]) => [id, completeServer(one, inFolder)]),
    ),
    ...(typeof state === "object" ? { state: { sqlite: inFolder(state.sqlite) } } : {}),
    ...(records === undefined ? {} : { records: inFolder(records) }),
  };
}

type ServerConfig = ServeConfig["servers"][string];

function completeServer(one: ServerConfig, inFolder: (path: string) => string): ServerConfig {
  const bundle = one.bundle === undefined ? {} : { bundle: inFolder(one.bundle) };
  if ("url" in one) return { ...one, ...bundle, headers: fillIn(one.headers ?? {}) };
  const cwd = one.cwd === undefined ? {} : { cwd: inFolder(one.cwd) };
  return { ...one, ...bundle, ...cwd, env: fillIn(one.env ?? {}) };
}

function fillIn(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fillInText(value)]));
}

function fillInText(text: string): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_whole, variable: string) => {
    const value = process.env[variable];
    if (value !== undefined) return value;
    const problem = `The configuration names the variable ${variable}, which is not set.`;
    throw new ForegoError("FG4402", problem, "set it in the environment of this process.");
  });
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
  return new ForegoError("FG4401", message, "write it as the README of @forego/cli says.", { cause });
}
