import { ForegoError } from "@forego/core";
import { z } from "zod";
import type { Terminal } from "../terminal.ts";
import {
  defined,
  inFolderOf,
  readKeys,
  readServeFile,
  servedGuardSchema,
  userSchema,
} from "./served-guard.ts";
import { tokenSchema } from "./token-issuer.ts";

const name = z.string().min(1);
/** The release that came with a server, and the keys of whoever signed it. */
const withBundle = { bundle: name.optional(), keys: z.array(name).min(1).optional() };

const server = z.union([
  z.strictObject({
    command: name,
    args: z.array(z.string()).optional(),
    env: z.record(z.string(), z.string()).optional(),
    cwd: name.optional(),
    ...withBundle,
  }),
  z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    headers: z.record(z.string(), z.string()).optional(),
    ...withBundle,
  }),
]);

const schema = servedGuardSchema
  .extend({
    servers: z
      .record(z.string(), server)
      .refine((servers) => Object.keys(servers).length > 0, "there is no server to stand before"),
    auth: z.union([z.literal("none"), tokenSchema]),
    identity: z
      .strictObject({ tenant: z.strictObject({ id: name }).optional(), user: userSchema.optional() })
      .optional(),
    passMethods: z.array(name).optional(),
  })
  .refine(({ auth, identity }) => auth === "none" || identity === undefined, {
    message: 'callers are whom their tokens name: it is for "auth": "none"',
    path: ["identity"],
  })
  // fail closed: who takes signed releases only takes no other by way of a server
  .refine(({ keys, servers }) => keys === undefined || Object.values(servers).every(isVerified), {
    message: "name the `keys` of each server's bundle, too",
    path: ["servers"],
  });

function isVerified({ bundle, keys }: z.infer<typeof server>): boolean {
  return bundle === undefined || keys !== undefined;
}

/** What `forego serve mcp` is told. */
export type ServeConfig = z.infer<typeof schema>;

/**
 * Reads the configuration of a gateway. Paths in it are taken from its folder; `${NAME}` in the headers and the
 * environment of servers is a variable of this process's environment.
 *
 * @throws ForegoError FG3050 when the file cannot be read, FG4401 when it is not what it should be, FG4402 when a
 * variable is not set, FG4406 when a header cannot be sent.
 */
export async function readServeConfig(file: string, terminal: Terminal): Promise<ServeConfig> {
  const config = await readServeFile(schema, file, "FG4401", terminal);
  const servers = Object.entries(config.servers).map(
    async ([id, one]) => [id, await completeServer(one, file, terminal)] as const,
  );
  return { ...config, servers: Object.fromEntries(await Promise.all(servers)) };
}

type ServerConfig = ServeConfig["servers"][string];

async function completeServer(one: ServerConfig, file: string, terminal: Terminal): Promise<ServerConfig> {
  const { bundle, keys } = one;
  const loaded = defined({
    bundle: bundle && inFolderOf(file, bundle),
    keys: keys && (await readKeys(file, keys, terminal)),
  });
  if ("url" in one) return { ...one, ...loaded, headers: requireHeaders(fillIn(one.headers ?? {})) };
  const cwd = one.cwd === undefined ? {} : { cwd: inFolderOf(file, one.cwd) };
  return { ...one, ...loaded, ...cwd, env: fillIn(one.env ?? {}) };
}

function requireHeaders(headers: Record<string, string>): Record<string, string> {
  for (const [header, value] of Object.entries(headers)) {
    try {
      new Headers([[header, value]]);
    } catch {
      // what says why holds the value
      const problem = `The header ${JSON.stringify(header)} of a server cannot be sent: its name or its value holds what no header can.`;
      throw new ForegoError("FG4406", problem, "look for spaces, line breaks and letters beyond Latin-1.");
    }
  }
  return headers;
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
