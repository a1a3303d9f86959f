import { dirname, resolve } from "node:path";
import { ForegoError, type Guard, type GuardOptions, loopbackHosts } from "@forego/core";
import { type LoadGuardOptions, loadGuard, recordToFile } from "forego";
import { z } from "zod";
import { readText } from "../read-text.ts";
import type { Terminal } from "../terminal.ts";
import { configMistakes } from "./config-mistakes.ts";

const name = z.string().min(1);

/** Who somebody is, as a configuration says it. */
export const userSchema = z.strictObject({
  id: name,
  issuer: name.optional(),
  groups: z.array(z.string()).optional(),
  data_classifications_authorized: z.array(z.string()).optional(),
});

/** What every door of `forego serve` is told of its guard, and of where it listens. */
export const servedGuardSchema = z.strictObject({
  release: name,
  keys: z.array(name).min(1).optional(),
  digests: z.array(name).min(1).optional(),
  agent: z.strictObject({ id: name, scope: name, owner_team: name.optional() }),
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

/** See {@link servedGuardSchema}. */
export type ServedGuardConfig = z.infer<typeof servedGuardSchema>;

/**
 * Reads the configuration of a door. Paths of the guard in it are taken from its folder; for keys, what the files hold.
 *
 * @throws ForegoError FG3050 when the file, or one of a key, cannot be read, and with `code` when it is not what it should be.
 */
export async function readServeFile<TConfig extends ServedGuardConfig>(
  schema: z.ZodType<TConfig>,
  file: string,
  code: `FG${string}`,
  terminal: Terminal,
): Promise<TConfig> {
  const unusable = (problem: string, cause: unknown): ForegoError => {
    const message = `The configuration '${file}' cannot be used:\n${problem}`;
    return new ForegoError(code, message, "write it as the README of @forego/cli says.", { cause });
  };
  const text = await readText(file, terminal);
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw unusable("it is not JSON", cause);
  }
  const read = schema.safeParse(json);
  if (!read.success) throw unusable(configMistakes(read.error), read.error);
  const { release, keys, state, records } = read.data;
  return {
    ...read.data,
    release: inFolderOf(file, release),
    ...defined({ keys: keys && (await readKeys(file, keys, terminal)) }),
    ...(typeof state === "object" ? { state: { sqlite: inFolderOf(file, state.sqlite) } } : {}),
    ...(records === undefined ? {} : { records: inFolderOf(file, records) }),
  };
}

/** Hosts that requests to a door may be for, and pages that they may come from: this machine's, and those that it names. */
export function allowedHostsOf(listen: ServedGuardConfig["listen"] = {}): readonly string[] {
  const { host, publicUrl, allowedHosts = [] } = listen;
  const named = [...(host === undefined ? [] : [host]), ...allowedHosts];
  return [...loopbackHosts, ...named, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])];
}

/** A path as a configuration file names it. */
export function inFolderOf(file: string, path: string): string {
  return resolve(dirname(file), path);
}

/** What the files of keys hold that a configuration names. */
export function readKeys(file: string, paths: readonly string[], terminal: Terminal): Promise<string[]> {
  return Promise.all(paths.map((path) => readText(inFolderOf(file, path), terminal)));
}

/** The guard of a door, and what it keeps. */
export interface ServedGuard<THost> {
  readonly guard: Guard<THost>;
  close(): Promise<void>;
}

/**
 * Loads the guard of a door, with its stores and its records.
 *
 * @throws the errors of releases, guards and stores.
 */
export async function openServedGuard<THost>(
  config: ServedGuardConfig,
  options: Pick<LoadGuardOptions<THost>, "identify" | "servers">,
  terminal: Terminal,
): Promise<ServedGuard<THost>> {
  const { release, keys, digests, agent, tools = {}, engine, environment, mode } = config;
  const { deadlineMs, approvalTtlMs } = config;
  const stores = await openStores(config.state);
  const tell = (error: ForegoError) =>
    terminal.error(`${terminal.colors.yellow("trouble")} ${error.message}`);
  const records = config.records === undefined ? undefined : recordToFile(config.records, tell);
  const guard = await loadGuard<THost>(release, {
    ...options,
    agent: defined(agent),
    observers: records === undefined ? [] : [records],
    tools: Object.fromEntries(
      Object.entries(tools).map(([tool, { data_classes }]) => [tool, { dataClasses: data_classes }]),
    ),
    ...defined({
      keys,
      digests,
      engine,
      environment: environment && defined(environment),
      mode,
      deadlineMs,
      approvalTtlMs,
    }),
    ...stores.options,
  });
  return {
    guard,
    async close() {
      stores.close();
      await records?.close();
    },
  };
}

interface OpenStores {
  readonly options: Pick<GuardOptions, "state" | "approvals" | "sessions">;
  close(): void;
}

/** Stores are loaded where they are wanted: SQLite is slow to load. */
async function openStores(state: ServedGuardConfig["state"]): Promise<OpenStores> {
  if (state === undefined) return { options: {}, close: () => {} };
  if (state === "memory") {
    const { memoryStores } = await import("@forego/state/memory");
    const { grants: _unused, ...options } = memoryStores();
    return { options, close: () => {} };
  }
  const { sqliteStores } = await import("@forego/state/sqlite");
  const { grants: _unused, close, ...options } = sqliteStores(state.sqlite);
  return { options, close };
}

/** What is given of some options: what is left out has no name. */
export function defined<TOptions extends object>(
  options: TOptions,
): { [K in keyof TOptions]: NonNullable<TOptions[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof TOptions]: NonNullable<TOptions[K]>;
  };
}
