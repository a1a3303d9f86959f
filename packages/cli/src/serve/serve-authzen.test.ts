import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { main } from "@forego/cli";
import { textDigest } from "@forego/core";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import picocolors from "picocolors";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { findPort } from "../../../../test/support/real-server.ts";

const policies = {
  "greet.policy.ts": `import { policy, tool } from "@forego/dsl";
import { z } from "zod";

const greet = tool("greet", z.object({ name: z.string() }));

export default policy({
  name: "greet",
  version: "1.0.0",
  rules: ({ allow, deny, requireApproval }) => ({
    king: requireApproval({ reason: "kings_are_asked_about", tool: greet, from: { groups: ["court"] }, when: ({ args }) => args.name === "the king" }),
    staff: allow({ reason: "staff_greets", tool: greet, when: ({ user }) => user.groups.includes("staff") }),
    nobody: deny({ reason: "nobody_is_greeted", tool: greet, when: ({ args }) => args.name === "nobody" }),
  }),
});
`,
};

const issuer = "https://idp.example";
const audience = "forego";
const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
const other = await generateKeyPair("ES256", { extractable: true });
const digestOf = (key: string) => textDigest(key).slice("sha256:".length);

let built: BuiltRelease;

beforeAll(async () => {
  built = await buildRelease(policies);
});

afterAll(() => built.remove());

async function configOf(more: Readonly<Record<string, unknown>> = {}) {
  return {
    release: ".",
    agent: { id: "greeter", scope: "support" },
    auth: {
      keys: {
        gateway: { sha256: digestOf("key-of-gateway"), speaks_for: "subjects", subject_issuer: issuer },
      },
      tokens: {
        issuer,
        audience,
        jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: "ES256" }] },
        claims: { groups: "roles" },
      },
    },
    deadlineMs: 5000,
    ...more,
  };
}

type Config = Awaited<ReturnType<typeof configOf>>;

const withGateway = (config: Config, more: object) => ({
  ...config,
  auth: { ...config.auth, keys: { gateway: { ...config.auth.keys.gateway, ...more } } },
});

/** Runs `forego serve` until the test ends. */
async function serve(config: unknown, args: readonly string[] = ["serve"]) {
  const file = join(built.dir, "authzen.json");
  await writeFile(file, typeof config === "string" ? config : JSON.stringify(config));
  let interrupt = () => {};
  const interrupted = new Promise<void>((resolve) => {
    interrupt = resolve;
  });
  const errors: string[] = [];
  let tell = (_url: string) => {};
  const url = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const code = main([...args, "--config", file], {
    out: () => {},
    error: (text) => {
      errors.push(text);
      const [, at] = /AuthZEN at (\S+)/.exec(text) ?? [];
      if (at !== undefined) tell(at);
    },
    readInput: async () => "",
    interrupted: () => interrupted,
    colors: picocolors.createColors(false),
  });
  onTestFinished(async () => {
    interrupt();
    await code;
  });
  return { url: await Promise.race([url, code.then(() => "")]), errors, interrupt, code };
}

async function ask(url: string, token: string, name = "eve", subject: unknown = { type: "user", id: "ana" }) {
  const response = await fetch(`${url}/access/v1/evaluation`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({
      subject,
      action: { name: "call", properties: { name } },
      resource: { type: "tool", id: "greet" },
    }),
  });
  const body = response.status === 200 ? ((await response.json()) as Answered) : undefined;
  return { status: response.status, reasons: body?.context.reasons, requests: body?.context.requests };
}

interface Answered {
  readonly context: { readonly reasons: unknown; readonly requests?: readonly { readonly id: string }[] };
}

const staff = { type: "user", id: "ana", properties: { groups: ["staff"] } };

const token = (claims: Readonly<Record<string, unknown>> = {}, key = privateKey) =>
  new SignJWT({
    sub: "ana",
    iss: issuer,
    aud: audience,
    roles: ["staff"],
    exp: Date.now() / 1000 + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: "ES256" })
    .sign(key);

describe("forego serve", () => {
  test("answers callers by their keys, on this machine alone, until it is interrupted", async () => {
    const { url, code, interrupt } = await serve(await configOf());
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await ask(url, "key-of-gateway", "eve", staff)).toEqual({
      status: 200,
      reasons: ["staff_greets"],
    });
    expect(await ask(url, "key-of-gateway", "nobody", staff)).toEqual({
      status: 200,
      reasons: ["nobody_is_greeted"],
    });
    interrupt();
    expect(await code).toBe(0);
    await expect(ask(url, "key-of-gateway")).rejects.toThrow();
  });

  test("answers callers by tokens of the issuer, each for itself", async () => {
    const { url } = await serve(await configOf(), ["serve", "authzen"]);
    expect(await ask(url, await token())).toEqual({ status: 200, reasons: ["staff_greets"] });
    expect(await ask(url, await token({ roles: [] }))).toEqual({
      status: 200,
      reasons: ["forego.no_matching_allow"],
    });
    expect(await ask(url, await token(), "eve", { type: "user", id: "bob" })).toEqual({
      status: 200,
      reasons: ["forego.identity"],
    });
  });

  test("takes approvals of people with tokens of their own, where the configuration says so", async () => {
    const { auth } = await configOf();
    const answers = { ...auth, tokens: { ...auth.tokens, may_answer: true } };
    for (const [config, status] of [
      [auth, 403],
      [answers, 200],
    ] as const) {
      const { url } = await serve(await configOf({ auth: config, state: "memory" }));
      const { requests, reasons } = await ask(url, "key-of-gateway", "the king", staff);
      expect(reasons).toEqual(["kings_are_asked_about"]);
      const grant = async (claims: { readonly sub: string; readonly roles: readonly string[] }) =>
        fetch(`${url}/forego/v1/approvals/${requests?.[0]?.id}`, {
          method: "POST",
          headers: { authorization: `Bearer ${await token(claims)}`, "content-type": "application/json" },
          body: JSON.stringify({ subject: { type: "user", id: claims.sub }, granted: true }),
        });
      expect((await grant({ sub: "eve", roles: ["staff"] })).status).toBe(status);
      expect((await ask(url, "key-of-gateway", "the king", staff)).reasons).toEqual([
        "kings_are_asked_about",
      ]);
      expect((await grant({ sub: "cho", roles: ["court"] })).status).toBe(status);
      const decided = (await ask(url, "key-of-gateway", "the king", staff)).reasons;
      const granted = ["kings_are_asked_about", "staff_greets"];
      expect(decided).toEqual(status === 200 ? granted : ["kings_are_asked_about"]);
    }
  });

  test.each<[string, () => Promise<string>]>([
    ["of another key", () => token({}, other.privateKey)],
    ["of another issuer", () => token({ iss: "https://evil.example" })],
    ["for somebody else", () => token({ aud: "another" })],
    ["that has ended", () => token({ exp: 1 })],
    ["that never ends", () => token({ exp: undefined })],
    ["of nobody", () => token({ sub: undefined })],
    ["without a claim that is read", () => token({ roles: undefined })],
  ])("refuses a token %s", async (_what, made) => {
    const { url } = await serve(await configOf());
    expect(await ask(url, await made())).toEqual({ status: 401, reasons: undefined });
  });

  test("answers nobody whom it does not know", async () => {
    const { keys } = (await configOf()).auth;
    const { url } = await serve(await configOf({ auth: { keys } }));
    expect((await ask(url, "key-of-nobody")).status).toBe(401);
    expect((await ask(url, await token())).status).toBe(401);
  });

  test("says why it knows nobody when the keys of the issuer cannot be fetched", async () => {
    const tokens = { issuer, audience, jwksUrl: `http://127.0.0.1:${await findPort()}/jwks` };
    const { url, errors } = await serve(await configOf({ auth: { tokens } }));
    expect((await ask(url, await token())).status).toBe(401);
    expect(errors.join("\n")).toMatch(/trouble .*\(ECONNREFUSED\)/);
    expect(errors.join("\n")).not.toContain(await token());
  });

  test("refuses what is no request", async () => {
    const { url } = await serve(await configOf());
    const send = async (text: string) => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      let answer = "";
      socket.on("data", (chunk) => {
        answer += chunk;
      });
      socket.write(text);
      await once(socket, "close");
      return answer.split("\r\n")[0];
    };
    const path = "/.well-known/authzen-configuration";
    expect(await send(`TRACE ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)).toContain(
      "400",
    );
    expect(await send(`GET ${path} HTTP/1.0\r\n\r\n`)).toContain("400");
    expect(await send(`GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)).toContain(
      "403",
    );
    const get = (target: string, host: string) =>
      send(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    // a path is no host, whatever it begins with: a page of evil.example's may ask for any path there
    expect(await get(`//localhost${path}`, "evil.example")).toContain("403");
    expect(await get(`//evil.example${path}`, "localhost")).toContain("404");
    expect(await get(`http://evil.example${path}`, "localhost")).toContain("403");
    expect(await get(`http://localhost${path}`, "localhost")).toContain("200");
    expect(await send(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)).toContain(
      "200",
    );
  });

  test("names itself as its callers find it, and lets them in by that name", async () => {
    const { url } = await serve(await configOf({ listen: { publicUrl: "https://pdp.example/" } }));
    const { port } = new URL(url);
    const response = await fetch(`http://127.0.0.1:${port}/.well-known/authzen-configuration`);
    expect(await response.json()).toMatchObject({ policy_decision_point: "https://pdp.example" });
  });

  test("counts in a store, and records what it decides", async () => {
    const { url, code, interrupt } = await serve(
      await configOf({
        state: { sqlite: "state.db" },
        records: "records.jsonl",
        tools: { x: { data_classes: ["y"] } },
      }),
    );
    expect((await ask(url, "key-of-gateway", "eve", staff)).status).toBe(200);
    interrupt();
    expect(await code).toBe(0);
  });

  test.each<[string, string, (config: Config) => unknown]>([
    ["that is no JSON", "FG4501", () => "{"],
    ["without callers", "FG4501", (config) => ({ ...config, auth: {} })],
    [
      "with a key in the place of its digest",
      "FG4501",
      (config) => ({ ...config, auth: { keys: { a: { sha256: "key" } } } }),
    ],
    [
      "in which the same person would be two",
      "FG4501",
      (config) => ({
        ...config,
        auth: { ...config.auth, keys: { a: { ...config.auth.keys.gateway, subject_issuer: undefined } } },
      }),
    ],
    [
      "in which two callers have the same key",
      "FG4503",
      (config) => ({
        ...config,
        auth: { ...config.auth, keys: { a: config.auth.keys.gateway, b: config.auth.keys.gateway } },
      }),
    ],
    [
      "in which a user speaks for subjects",
      "auth.keys.gateway.user",
      (config) => withGateway(config, { user: { id: "ana", issuer } }),
    ],
    [
      "in which a caller that speaks for itself has subjects",
      "auth.keys.gateway.subject_issuer",
      (config) => withGateway(config, { speaks_for: "itself" }),
    ],
    [
      "in which tokens speak for themselves and have subjects",
      "auth.tokens.subject_issuer",
      (config) => ({
        ...config,
        auth: { tokens: { ...config.auth.tokens, subject_issuer: issuer } },
      }),
    ],
    ["with a misspelt name", "FG4501", (config) => ({ ...config, deadline: 5 })],
    [
      "with two places for keys",
      "FG4502",
      (config) => ({
        ...config,
        auth: { tokens: { ...config.auth.tokens, jwksUrl: "https://idp.example/jwks" } },
      }),
    ],
    [
      "of a place where nothing can listen",
      "FG4504",
      (config) => ({ ...config, listen: { host: "192.0.2.1" } }),
    ],
    ["of a release that is not there", "FG3030", (config) => ({ ...config, release: "./nowhere" })],
  ])("does not begin with a configuration %s", async (_what, code, change) => {
    const { url, errors, code: ended } = await serve(change(await configOf()));
    expect(url).toBe("");
    expect(await ended).toBe(2);
    expect(errors.join("\n")).toContain(code);
  });
});
