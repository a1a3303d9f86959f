import { ForegoError } from "@forego/core";
import { z } from "zod";
import { inFolderOf, readServeFile, servedGuardSchema, userSchema } from "./served-guard.ts";
import type { Terminal } from "./terminal.ts";
import { tokenSchema } from "./token-issuer.ts";

const name = z.string().min(1);

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

const schema = servedGuardSchema.extend({
  servers: z.record(z.string(), server),
  auth: z.union([z.literal("none"), tokenSchema]),
  identity: z
    .strictObject({ tenant: z.strictObject({ id: name }).optional(), user: userSchema.optional() })
    .optional(),
  passMethods: z.array(name).optional(),
});

/** What `forego serve mcp` is told. */
export type ServeConfig = z.infer<typeof schema>;

/**
 * Reads the configuration of a gateway. Paths in it are taken from its folder; `${NAME}` in the headers and the
 * environment of servers is a variable of this process's environment.
 *
 * @throws ForegoError FG3050 when the file cannot be read, FG4401 when it is not what it should be, FG4402 when a
 * variable is not set.
 */
export async function readServeConfig(file: string, terminal: Terminal): Promise<ServeConfig> {
  const config = await readServeFile(schema, file, "FG4401", terminal);
  const inFolder = (path: string) => inFolderOf(file, path);
  const servers = Object.entries(config.servers).map(([id, one]) => [id, completeServer(one, inFolder)]);
  return { ...config, servers: Object.fromEntries(servers) };
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
