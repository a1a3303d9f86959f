import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease, writeFolder } from "../../../../test/support/build-release.ts";
import { runCommand } from "../../../../test/support/captured-terminal.ts";
import { connectClient, everythingServer, textOf } from "../../../../test/support/mcp-desk.ts";
import { mcpPolicies } from "../../../../test/support/mcp-policies.ts";
import { endProcess } from "../../../../test/support/real-server.ts";

const bin = fileURLToPath(new URL("../../bin/forego.js", import.meta.url));
const issuer = "https://issuer.example";
const audience = "https://tools.example/mcp";

/** What a server says about its own tools. */
const serverPolicies = {
  "own.policy.ts": `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";
const echo = tool("echo", z.object({ text: z.string() }));
export default policy({
  category: "compliance",
  name: "own",
  version: "1.0.0",
  rules: ({ deny }) => ({
    /** This server does not say hello. */
    hello: deny({ reason: "no_hello", tool: echo, when: ({ args }) => args.text === "hello" }),
  }),
});
`,
};

let built: BuiltRelease;
let own: BuiltRelease;
let folder: string;
const keys = await generateKeyPair("ES256", { extractable: true });
const otherKeys = await generateKeyPair("ES256");

beforeAll(async () => {
  [built, own, folder] = await Promise.all([
    buildRelease(mcpPolicies),
    buildRelease(serverPolicies, { server: "own" }),
    writeFolder({}),
  ]);
});
afterAll(() => Promise.all([built.remove(), own.remove(), rm(folder, { recursive: true })]));

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) await endProcess(child, "SIGKILL");
});

/** Writes a configuration, with what is usual and what a test says. */
async function writeConfig(config: Record<string, unknown> = {}): Promise<string> {
  const file = join(folder, `config-${Math.random()}.json`);
  const usual = {
    release: built.dir,
    agent: { id: "desk-1", scope: "support" },
    servers: { crm: everythingServer, own: { ...everythingServer, bundle: own.dir } },
    auth: "none",
    identity: { user: { id: "ana" } },
    state: "memory",
    deadlineMs: 5000,
  };
  await writeFile(file, JSON.stringify({ ...usual, ...config }));
  return file;
}

/** Starts the command as a process; answers with its address once it serves. */
async function serve(config: Record<string, unknown>, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn(process.execPath, [bin, "serve", "mcp", "--config", await writeConfig(config)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    let said = "";
    child.once("exit", () => reject(new Error(said)));
    child.stderr.on("data", (chunk) => {
      said += chunk;
      const found = /own at (http:\S+)\/mcp\/own\n/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
}

async function connectStdio(config: string, server: string): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  const args = [bin, "serve", "mcp", "--config", config, "--server", server];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "pipe" }));
  return client;
}

const echo = (client: Client, text: string) => client.callTool({ name: "echo", arguments: { text } });

describe("forego serve mcp --server", () => {
  test("serves one server over standard input and output, and writes records", async () => {
    const config = await writeConfig({ records: "records.jsonl" });
    const client = await connectStdio(config, "crm");
    expect(textOf(await echo(client, "hello"))).toBe('{"text":"hello"}');
    expect(textOf(await echo(client, "forbidden"))).toContain("Some words are not echoed");
    await client.close();
    const records = (await readFile(join(folder, "records.jsonl"), "utf8")).trim().split("\n");
    expect(records.map((line) => JSON.parse(line).decision.reasons)).toEqual([["all"], ["forbidden_word"]]);
  });

  test("loads the bundle that came with the server, for that server's calls", async () => {
    const client = await connectStdio(await writeConfig(), "own");
    expect(textOf(await echo(client, "hello"))).toContain("(no_hello)");
    expect(textOf(await echo(client, "hi"))).toBe('{"text":"hi"}');
    await client.close();
  });

  test("ends when its client goes away, and takes the server with it", async () => {
    const args = [bin, "serve", "mcp", "--config", await writeConfig(), "--server", "crm"];
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
    children.push(child);
    const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
    child.stdin.write(`${JSON.stringify(ping)}\n`);
    await once(child.stdout, "data");
    child.stdin.end();
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });
});

describe("forego serve mcp", () => {
  test("serves each server at its own path, each with its own bundle", async () => {
    const url = await serve({});
    const [crm, ownClient] = await Promise.all([
      connectClient(`${url}/mcp/crm`),
      connectClient(`${url}/mcp/own`),
    ]);
    expect(textOf(await echo(crm, "hello"))).toBe('{"text":"hello"}');
    expect(textOf(await echo(ownClient, "hello"))).toContain("(no_hello)");
    await Promise.all([crm.close(), ownClient.close()]);
  });

  test("is reached by the names that its configuration allows, and by those of this machine", async () => {
    const url = await serve({ listen: { allowedHosts: ["tools.example"] } });
    expect((await fetch(`${url}/mcp/own`, { method: "POST", body: "{}" })).status).toBe(400);
    const asked = request(`${url}/mcp/own`, { method: "POST", headers: { host: "Tools.Example" } }).end("{}");
    const [{ statusCode }] = await once(asked, "response");
    expect(statusCode).toBe(400);
  });

  test("gives a server the variables that are named, and none of its own; ends when it is told to", async () => {
    const env = { GREETING: "$".concat("{HOME} there") };
    const url = await serve(
      { servers: { own: { ...everythingServer, env } } },
      { FOREGO_SECRET: "not for servers" },
    );
    const client = await connectClient(`${url}/mcp/own`);
    const environment = JSON.parse(textOf(await client.callTool({ name: "environment" })));
    expect(environment).toMatchObject({ GREETING: `${process.env.HOME} there` });
    expect(JSON.stringify(environment)).not.toContain("not for servers");
    const [child] = children;
    child?.kill("SIGTERM");
    const [code] = await once(child as ChildProcess, "exit");
    expect(code).toBe(0);
    await client.close();
  });

  test("takes the caller from the claims of a token that the issuer signed, and from nothing else", async () => {
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: "k", alg: "ES256" };
    const claims = { tenant: ["org", "id"], groups: "roles" };
    const url = await serve({
      auth: { issuer, audience, jwks: { keys: [jwk] }, claims },
      identity: undefined,
    });
    const usual = { iss: issuer, aud: audience, sub: "guest", org: { id: "acme" }, roles: ["support"] };
    const tokenOf = (payload: object, { key = keys.privateKey, lifetime = "1h" } = {}) => {
      const token = new SignJWT({ ...usual, ...payload }).setProtectedHeader({ alg: "ES256", kid: "k" });
      return (lifetime === "" ? token : token.setExpirationTime(lifetime)).sign(key);
    };
    const connect = (token: string) =>
      connectClient(`${url}/mcp/crm`, { requestInit: { headers: { authorization: `Bearer ${token}` } } });

    const guest = await connect(await tokenOf({}));
    const image = { name: "test_image_content", arguments: {}, _meta: { user: "ana", sub: "ana" } };
    expect(textOf(await guest.callTool(image))).toContain("(no_guests)");
    const ana = await connect(await tokenOf({ sub: "ana" }));
    expect((await ana.callTool(image)).isError).toBeUndefined();
    // the server's requests never carry it
    expect(JSON.stringify(await ana.callTool({ name: "environment" }))).not.toContain("Bearer");
    await Promise.all([guest.close(), ana.close()]);

    const refused = await Promise.all([
      tokenOf({}, { key: otherKeys.privateKey }),
      tokenOf({}, { lifetime: "-1h" }),
      tokenOf({}, { lifetime: "" }),
      tokenOf({ aud: "https://other.example" }),
      tokenOf({ iss: "https://other.example" }),
      tokenOf({ sub: undefined }),
      tokenOf({ sub: "" }),
      tokenOf({ org: {} }),
      tokenOf({ roles: undefined }),
      "not-a-token",
    ]);
    for (const token of refused) await expect(connect(token)).rejects.toThrow();
    const answer = await fetch(`${url}/mcp/crm`, { method: "POST", body: "{}" });
    expect(answer.status).toBe(401);
    const challenge = answer.headers.get("www-authenticate") ?? "";
    const metadata = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? "";
    expect(await (await fetch(metadata)).json()).toMatchObject({ authorization_servers: [issuer] });
  });
});

describe("a configuration", () => {
  const tokens = { issuer, audience, jwks: { keys: [{ kty: "EC" }] } };

  test.each([
    [
      "is not JSON",
      "FG4401",
      async () => writeFile(join(folder, "broken.json"), "{").then(() => join(folder, "broken.json")),
    ],
    ["says more than it may", "FG4401", () => writeConfig({ autn: "none" })],
    [
      "names a variable that is not set",
      "FG4402",
      () =>
        writeConfig({ servers: { a: { url: "http://x", headers: { k: "$".concat("{NOT_SET_HERE}") } } } }),
    ],
    [
      "has a header that cannot be sent",
      "FG4406",
      () => writeConfig({ servers: { a: { url: "http://x", headers: { authorization: "a\nb" } } } }),
    ],
    ["asks nobody who they are", "FG4403", () => writeConfig({ identity: undefined })],
    [
      "has no place for keys",
      "FG4405",
      () => writeConfig({ auth: { issuer, audience }, identity: undefined }),
    ],
    [
      "has a server that cannot stand in a URL",
      "FG4301",
      () => writeConfig({ servers: { "a/b": everythingServer } }),
    ],
    ["listens for everybody and asks nobody", "FG4303", () => writeConfig({ listen: { host: "0.0.0.0" } })],
    ["names a folder as the file of records", "FG3040", () => writeConfig({ records: "." })],
    ["has limits and no store", "FG4004", () => writeConfig({ state: undefined })],
    [
      "has a bundle of another server",
      "FG4005",
      () => writeConfig({ servers: { crm: { ...everythingServer, bundle: own.dir } } }),
    ],
  ])("that %s is refused with %s", async (_what, code, write) => {
    const run = await runCommand(["serve", "mcp", "--config", await write()]);
    expect([run.code, run.errors]).toEqual([2, expect.stringContaining(code)]);
  });

  test("whose bundle is damaged says of which server it came with", async () => {
    const bundle = await writeFolder({ "release.tar.gz": "no archive" });
    const run = await runCommand([
      "serve",
      "mcp",
      "--config",
      await writeConfig({ servers: { crm: everythingServer, own: { ...everythingServer, bundle } } }),
    ]);
    expect(run.errors).toMatch(/The bundle of the server 'own' cannot be loaded:\n.*FG3031/);
    await rm(bundle, { recursive: true });
  });

  test.each([
    [{ servers: { own: { comand: "node" } } }, ["servers.own.command", '"comand"']],
    [{ servers: { own: { command: "node", args: "server.js" } } }, ["servers.own.args"]],
    [{ servers: { own: { url: 7 } } }, ["servers.own.url"]],
    [{ servers: {} }, ["no server", "at servers"]],
    [{ auth: tokens }, ["whom their tokens name", "at identity"]],
    [{ auth: "nonee" }, ['expected "none"', "at auth"]],
    [{ auth: { issuer } }, ["auth.audience"]],
    [{ auth: { issuer, audience, claims: { tenant: [] } } }, ["auth.claims.tenant"]],
    [{ state: { sqlight: "state.db" } }, ["state.sqlite", '"sqlight"']],
  ])("with a mistake says where it is: %j", async (config, mistakes) => {
    const run = await runCommand(["serve", "mcp", "--config", await writeConfig(config)]);
    expect(run.code).toBe(2);
    for (const mistake of mistakes) expect(run.errors).toContain(mistake);
  });

  test("that asks for tokens is refused where none come, and a server that there is not", async () => {
    const run = await runCommand([
      "serve",
      "mcp",
      "--config",
      await writeConfig({ auth: tokens, identity: undefined }),
      "--server",
      "crm",
    ]);
    expect([run.code, run.errors]).toEqual([2, expect.stringContaining("FG4404")]);
    const other = await runCommand([
      "serve",
      "mcp",
      "--config",
      await writeConfig(),
      "--server",
      "constructor",
    ]);
    expect([other.code, other.errors]).toEqual([2, expect.stringContaining("FG4302")]);
    const missing = await runCommand(["serve", "mcp", "--config", join(folder, "nowhere.json")]);
    expect([missing.code, missing.errors]).toEqual([2, expect.stringContaining("FG3050")]);
  });
});
