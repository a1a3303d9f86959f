import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ForegoError } from "@forego/core";
import { createEngine } from "forego";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { createDesk, refundCall } from "../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import { type OpaProxy, startOpaProxy } from "../../../test/support/opa-proxy.ts";
import { bundlesOf, freePort, type RunningOpa, runOpaServer } from "../../../test/support/run-opa-server.ts";
import { createOpaEngine, type OpaEngine } from "./opa-engine.ts";
import type { OpaServer } from "./opa-server.ts";
import { versionWarning } from "./version-warning.ts";

let built: BuiltRelease;
let other: BuiltRelease;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  other = await buildRelease(deskPolicies({ confirmAbove: 60 }));
});

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

afterAll(async () => {
  await built.remove();
  await other.remove();
});

async function run(options: readonly string[], port?: number): Promise<RunningOpa> {
  const opa = await runOpaServer(options, port === undefined ? {} : { port });
  cleanups.push(opa.stop);
  return opa;
}

async function front(opa: RunningOpa): Promise<OpaProxy> {
  const proxy = await startOpaProxy(opa.port);
  cleanups.push(proxy.stop);
  return proxy;
}

/** Generous times: a busy machine must not deny anything. */
const patient = { timeoutMs: 10_000, startTimeoutMs: 20_000, onWarning: () => {} };

async function open(server: OpaServer, release = built.release.info): Promise<OpaEngine> {
  const engine = await createOpaEngine({ ...patient, ...server, release });
  cleanups.push(engine.close);
  return engine;
}

async function failureOf(work: Promise<unknown>): Promise<ForegoError> {
  const error: unknown = await work.catch((cause: unknown) => cause);
  if (!ForegoError.isForegoError(error)) throw new Error("no ForegoError", { cause: error });
  return error;
}

const authorization = `
package system.authz

import rego.v1

default allow := false

allow if input.path[0] == "health"

allow if {
	input.identity == "s3cret"
	input.path in [["v1", "data", "system", "bundles"], ["v1", "data", "forego", "decision", "result"]]
}
`;

const inputOf = (amount: unknown) => ({
  action: { type: "tool_call", tool: "refund", args: { amount }, data_classes_referenced: ["billing"] },
  user: { data_classifications_authorized: ["billing"] },
  facts: { risk: 5 },
  granted: [],
});

describe("a server that has the release", () => {
  test("answers what the module answers, over TCP and over a unix socket", async () => {
    const { url, socket } = await run(await bundlesOf(built.dir));
    const wasm = createEngine(built.release);
    const inputs = [10, 70, 200, "ten", null, -1, 1e21].map(inputOf);
    const expected = inputs.map((input) => wasm.evaluate(input));
    for (const server of [{ url }, { url: `${url}/` }, { socket }]) {
      const engine = await open(server);
      expect(await Promise.all(inputs.map((input) => engine.evaluate(input)))).toEqual(expected);
    }
  });

  test("is asked with the input and nothing else, for a result and its provenance", async () => {
    const proxy = await front(await run(await bundlesOf(built.dir)));
    const engine = await open({ url: `${proxy.url}` });
    let body = "";
    proxy.misbehave((response, request) => {
      body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on("end", () => response.destroy());
    });
    await expect(engine.evaluate(inputOf("ü"))).rejects.toThrow("could not be asked");
    const { method, url, headers } = proxy.requests.at(-1) ?? {};
    expect([method, url]).toEqual(["POST", "/v1/data/forego/decision/result?provenance=true"]);
    expect(headers).toMatchObject({ "content-type": "application/json", accept: "application/json" });
    expect(JSON.parse(body)).toEqual({ input: inputOf("ü") });
  });

  test("is asked behind the path of its URL", async () => {
    const proxy = await front(await run(await bundlesOf(built.dir)));
    const failure = await failureOf(open({ url: `${proxy.url}/opa/`, startTimeoutMs: 50 }));
    expect(failure.code).toBe("FG4021");
    expect(proxy.requests[0]?.url).toBe("/opa/v1/data/system/bundles?provenance=true");
  });

  test("is not asked twice about its bundles while they are the same", async () => {
    const proxy = await front(await run(await bundlesOf(built.dir)));
    const engine = await open({ url: proxy.url });
    await Promise.all([10, 20, 30].map((amount) => engine.evaluate(inputOf(amount))));
    expect(proxy.requests.filter(({ url }) => url?.includes("system/bundles"))).toHaveLength(1);
  });

  test("is asked over no more connections than it may be", async () => {
    const proxy = await front(await run(await bundlesOf(built.dir)));
    const engine = await open({ url: proxy.url, maxConnections: 2 });
    await Promise.all(Array.from({ length: 12 }, (_, amount) => engine.evaluate(inputOf(amount))));
    expect(await proxy.connections()).toBe(2);
  });

  test("is not asked any more once the engine was closed", async () => {
    const proxy = await front(await run(await bundlesOf(built.dir)));
    const engine = await open({ url: proxy.url });
    const underWay = engine.evaluate(inputOf(10)) as Promise<unknown>;
    engine.close();
    await expect(underWay).rejects.toThrow("closed");
    await expect(engine.evaluate(inputOf(10))).rejects.toThrow("closed");
    await expect.poll(() => proxy.connections()).toBe(0);
  });

  test("is asked with the token of the moment, and not at all when there is none", async () => {
    const proxy = await front(await run(await bundlesOf(built.dir)));
    const tokens = ["first", "second"];
    const engine = await open({
      url: proxy.url,
      token() {
        const token = tokens.shift();
        if (token === undefined) throw new Error("no token in /run/secrets/token");
        return token;
      },
    });
    await engine.evaluate(inputOf(10));
    const sent = proxy.requests.map(({ headers }) => headers.authorization);
    expect(sent).toEqual(["Bearer first", "Bearer second"]);
    await expect(engine.evaluate(inputOf(10))).rejects.toThrow(
      /^the token for the OPA server could not be had$/,
    );
    expect(proxy.requests).toHaveLength(2);
  });
});

describe("a guard over a server", () => {
  const openDesk = async (server: OpaServer) => createDesk(await open(server));
  const allow = { allow: true, reasons: ["support_refunds"] };
  const mismatch = { allow: false, reasons: ["forego.release_mismatch"] };

  test("denies while the server has another release, and decides again when it has its own", async () => {
    const first = await runOpaServer(await bundlesOf(built.dir));
    const { guard, decisions } = await openDesk({ url: first.url });
    expect(await guard.decide(refundCall(10))).toMatchObject(allow);
    await first.stop();
    expect(await guard.decide(refundCall(10))).toMatchObject({ reasons: ["forego.engine_error"] });
    const second = await runOpaServer(await bundlesOf(other.dir), { port: first.port });
    expect(await guard.decide(refundCall(10))).toMatchObject(mismatch);
    expect(await guard.decide(refundCall(10))).toMatchObject(mismatch);
    expect(decisions.at(-1)?.trouble).toMatchObject({
      reason: "forego.release_mismatch",
      cause: { message: "the OPA server has loaded another release" },
    });
    await second.stop();
    await run(await bundlesOf(built.dir), first.port);
    expect(await guard.decide(refundCall(10))).toMatchObject(allow);
  });

  test("denies when a bundle of another release stands among its own", async () => {
    const dir = await mixed();
    const { guard } = await openDesk({ url: (await run(await bundlesOf(dir))).url });
    expect(await guard.decide(refundCall(10))).toMatchObject(mismatch);
  });

  test("denies when a server was given the release's Rego and not its bundles", async () => {
    const first = await runOpaServer(await bundlesOf(built.dir));
    const { guard } = await openDesk({ url: first.url });
    await first.stop();
    const archives = (await bundlesOf(built.dir)).filter((one) => one !== "--bundle");
    const folder = await mkdtemp(join(tmpdir(), "forego-rego-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    for (const archive of archives) await promisify(execFile)("tar", ["-xzf", archive, "-C", folder]);
    await run([folder], first.port);
    expect(await guard.decide(refundCall(10))).toMatchObject({ allow: false, reasons: ["forego.no_policy"] });
  });

  test("does not wait on the synchronous path", async () => {
    const { guard } = await openDesk({ url: (await run(await bundlesOf(built.dir))).url });
    expect(guard.admitNow(refundCall(10)).decision.reasons).toEqual(["forego.async_unavailable"]);
    expect(await guard.decide(refundCall(10))).toMatchObject(allow);
  });

  /** A folder whose resource bundle is one of another release. */
  async function mixed(): Promise<string> {
    const dir = (await buildRelease(deskPolicies())).dir;
    cleanups.push(() => rm(dir, { recursive: true }));
    await copyFile(join(other.dir, "opa", "resource.tar.gz"), join(dir, "opa", "resource.tar.gz"));
    return dir;
  }
});

describe("making the engine", () => {
  test("waits for a server that comes later", async () => {
    const port = await freePort();
    const opening = open({ url: `http://127.0.0.1:${port}` });
    await run(await bundlesOf(built.dir), port);
    expect(await (await opening).evaluate(inputOf(10))).toMatchObject({ effect: "allow" });
  });

  test("fails without a server", async () => {
    const closed = { url: `http://127.0.0.1:${await freePort()}`, token: "s3cret", startTimeoutMs: 50 };
    const failure = await failureOf(open(closed));
    expect(failure.message).toMatch(/^FG4021 .*\(ECONNREFUSED\)\. Fix: /);
    expect(failure.message).not.toContain("s3cret");
    expect((await failureOf(open({ socket: "/nowhere/opa.sock", startTimeoutMs: 50 }))).code).toBe("FG4021");
  });

  test("needs a token for what it is documented to read, and for no more", async () => {
    const folder = await mkdtemp(join(tmpdir(), "forego-authz-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "authz.rego"), authorization);
    await writeFile(join(folder, ".manifest"), JSON.stringify({ roots: ["system/authz"], revision: "1" }));
    const guarded = ["--authentication=token", "--authorization=basic", folder];
    const { url } = await run([...guarded, ...(await bundlesOf(built.dir))]);
    const failure = await failureOf(open({ url, token: "guessed", startTimeoutMs: 500 }));
    expect(failure.message).toMatch(/FG4021 .*status 401/);
    expect(failure.message).not.toContain("guessed");
    const engine = await open({ url, token: "s3cret" });
    expect(await engine.evaluate(inputOf(10))).toMatchObject({ effect: "allow" });
  });

  test("fails with a server that has no release, or another one", async () => {
    for (const options of [[], await bundlesOf(other.dir)]) {
      const { url } = await run(options);
      expect((await failureOf(open({ url, startTimeoutMs: 500 }))).code).toBe("FG4022");
    }
  });

  test("warns of an OPA below 1.4.0, once", async () => {
    const { url } = await run(await bundlesOf(built.dir));
    const onWarning = vi.fn();
    const engine = await open({ url, onWarning });
    await engine.evaluate(inputOf(10));
    const answer = await (await fetch(`${url}/v1/data?provenance=true`)).json();
    const { version } = (answer as { provenance: { version: string } }).provenance;
    const isOld = versionWarning(version) !== undefined;
    expect(onWarning.mock.calls).toEqual(isOld ? [[expect.stringContaining(`version ${version}`)]] : []);
  });

  test.each<[string, object]>([
    ["no address", {}],
    ["two addresses", { url: "http://127.0.0.1", socket: "/run/opa.sock" }],
    ["an empty socket", { socket: "" }],
    ["a text that is no URL", { url: "s3cret" }],
    ["another protocol", { url: "ftp://s3cret" }],
    ["a password in the URL", { url: "http://user:s3cret@127.0.0.1" }],
    ["a query", { url: "http://127.0.0.1/?s3cret" }],
    ["a token that is no header", { url: "http://127.0.0.1", token: "s3cret\nx: y" }],
    ["a header that is none", { url: "http://127.0.0.1", headers: { "x y": "s3cret" } }],
    ["a time below 0", { url: "http://127.0.0.1", timeoutMs: -1 }],
    ["a time without end", { url: "http://127.0.0.1", startTimeoutMs: Number.POSITIVE_INFINITY }],
    ["no connections", { url: "http://127.0.0.1", maxConnections: 0 }],
  ])("fails with %s, and does not say what was given", async (_what, server) => {
    const failure = await failureOf(
      createOpaEngine({ ...(server as OpaServer), release: built.release.info }),
    );
    expect(failure.code).toBe("FG4020");
    expect(failure.message).not.toContain("s3cret");
  });
});
