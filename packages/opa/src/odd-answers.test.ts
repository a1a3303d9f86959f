import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { type ReservedReason, systemClock } from "@forego/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { createDesk, type Desk, refundCall } from "../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import { type Behaviour, type OpaProxy, startOpaProxy } from "../../../test/support/opa-proxy.ts";
import { bundlesOf, type RunningOpa, runOpaServer } from "../../../test/support/run-opa-server.ts";
import { createOpaEngine, type OpaEngine } from "./opa-engine.ts";

const secret = "s3cret-of-the-server";
const header = "another-s3cret";
const timeoutMs = 1500;

let built: BuiltRelease;
let opa: RunningOpa;
let proxy: OpaProxy;
let engine: OpaEngine;
let desk: Desk;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  opa = await runOpaServer(await bundlesOf(built.dir));
  proxy = await startOpaProxy(opa.port);
  engine = await createOpaEngine({
    release: built.release.info,
    url: proxy.url,
    token: secret,
    headers: { "x-gateway-key": header },
    timeoutMs,
    startTimeoutMs: 20_000,
    onWarning: () => {},
  });
  desk = createDesk(engine);
});

afterAll(async () => {
  engine.close();
  await vi.waitFor(async () => expect(await proxy.connections()).toBe(0), { timeout: 60_000 });
  await proxy.stop();
  await opa.stop();
  await built.remove();
});

const none = { invalid: [], missing: [], overridden: [], obligations: [], values: {} };
const allow = { effect: "allow", reasons: ["support_refunds"], hits: [], ...none };

/** What OPA would answer to an allowed refund, but for the parts that are given. */
async function allowed(): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${opa.url}/v1/data/forego/decision/result?provenance=true`, {
    method: "POST",
  });
  const { provenance } = (await response.json()) as { provenance: unknown };
  return { provenance, result: { ...allow, hits: ["resource.desk.refund"] } };
}

const json = { "content-type": "application/json" };

/** Answers with an allow, so that only what is odd about it makes the deny. */
const withAllow =
  (answer: (response: ServerResponse, text: string) => void): Behaviour =>
  async (response) =>
    answer(response, JSON.stringify(await allowed()));

const withResult = (result: unknown): Behaviour => {
  return async (response) => {
    response.writeHead(200, json).end(JSON.stringify({ ...(await allowed()), result }));
  };
};

type Row = readonly [what: string, Behaviour, ReservedReason, cause: RegExp];

const rows: readonly Row[] = [
  ...[201, 204, 301, 302, 307, 308, 400, 401, 404, 500, 503].map(
    (status): Row => [
      `answers with status ${status}`,
      withAllow((response, text) => {
        response.writeHead(status, { ...json, location: `${opa.url}/v1/data/forego/decision/result` });
        response.end(status === 204 ? undefined : text);
      }),
      "forego.engine_error",
      new RegExp(`status ${status}`),
    ],
  ),
  [
    "has no result",
    async (response) => {
      const { provenance } = await allowed();
      response.writeHead(200, json).end(JSON.stringify({ provenance }));
    },
    "forego.engine_error",
    /no result/,
  ],
  [
    "does not say which bundles it is of",
    async (response) => {
      const { result } = await allowed();
      response.writeHead(200, json).end(JSON.stringify({ result }));
    },
    "forego.engine_error",
    /no provenance/,
  ],
  ...(["null", "[]", "7", '"allow"', "true"] as const).map(
    (text): Row => [
      `is ${text}`,
      (response) => void response.writeHead(200, json).end(text),
      "forego.engine_error",
      /no provenance/,
    ],
  ),
  [
    "is of no bundles",
    async (response) => {
      const { result } = await allowed();
      response.writeHead(200, json).end(JSON.stringify({ result, provenance: { version: "1.19.1" } }));
    },
    "forego.release_mismatch",
    /bundles changed/,
  ],
  [
    "is of bundles that the server does not have",
    async (response) => {
      const { result } = await allowed();
      const provenance = { version: "1.19.1", bundles: { decision: { revision: "sha256:other" } } };
      response.writeHead(200, json).end(JSON.stringify({ result, provenance }));
    },
    "forego.release_mismatch",
    /bundles changed/,
  ],
  ...[undefined, "text/html", "text/plain; charset=utf-8", "application/json-seq"].map(
    (type): Row => [
      `is of the type ${type}`,
      withAllow((response, text) => {
        response.writeHead(200, type === undefined ? {} : { "content-type": type }).end(text);
      }),
      "forego.engine_error",
      /not plain JSON/,
    ],
  ),
  [
    "is packed, which was not asked for",
    withAllow((response, text) => {
      response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(text);
    }),
    "forego.engine_error",
    /not plain JSON/,
  ],
  ...(["", "{", '{"result":{"effect":"allow"', "{}{}", "{} x", "NaN", "<html>"] as const).map(
    (text): Row => [
      `is '${text}'`,
      (response) => void response.writeHead(200, json).end(text),
      "forego.engine_error",
      /not JSON/,
    ],
  ),
  [
    "is not UTF-8",
    withAllow((response, text) => {
      const bytes = Buffer.from(text);
      bytes[bytes.indexOf("support")] = 0xff;
      response.writeHead(200, json).end(bytes);
    }),
    "forego.engine_error",
    /not JSON/,
  ],
  [
    "ends before its length",
    withAllow((response, text) => {
      response.writeHead(200, { ...json, "content-length": Buffer.byteLength(text) + 1 });
      response.write(text, () => response.socket?.end());
    }),
    "forego.engine_error",
    /could not be asked \(ECONNRESET\)/,
  ],
  [
    "ends before its last chunk",
    withAllow((response, text) => {
      response.writeHead(200, json);
      response.write(text, () => response.socket?.end());
    }),
    "forego.engine_error",
    /could not be asked \(ECONNRESET\)/,
  ],
  [
    "is reset in its middle",
    withAllow((response, text) => {
      response.writeHead(200, json);
      response.write(text.slice(0, 20), () => response.socket?.resetAndDestroy());
    }),
    "forego.engine_error",
    /could not be asked \(ECONNRESET\)/,
  ],
  [
    "never ends, and is large",
    (response) => {
      response.writeHead(200, json);
      const more = () => {
        while (!response.destroyed && response.write(" ".repeat(65_536)));
      };
      response.on("drain", more);
      more();
    },
    "forego.engine_error",
    /larger than 1048576 bytes/,
  ],
  [
    "is small in name and large in truth",
    withAllow((response, text) => {
      response.writeHead(200, { ...json, "content-length": Buffer.byteLength(text) });
      response.socket?.write(`${text}HTTP/1.1 200 OK\r\n\r\n${" ".repeat(100)}`);
    }),
    "forego.engine_error",
    /could not be asked/,
  ],
  ["never comes", () => {}, "forego.deadline", /more than 1500 ms/],
  [
    "comes too slowly: its headers",
    (response) => {
      response.socket?.write("HTTP/1.1 200 OK\r\n");
      drip(response, "x: y\r\n");
    },
    "forego.deadline",
    /more than 1500 ms/,
  ],
  [
    "comes too slowly: its body",
    (response) => {
      response.writeHead(200, json).flushHeaders();
      drip(response, "1\r\n \r\n");
    },
    "forego.deadline",
    /more than 1500 ms/,
  ],
  ["is not HTTP", (response) => void response.socket?.end("allow\r\n\r\n"), "forego.engine_error", /HPE_/],
  [
    "has headers without end",
    (response) => void response.socket?.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}`),
    "forego.engine_error",
    /HPE_HEADER_OVERFLOW/,
  ],
  [
    "changes the protocol",
    (response) =>
      void response.socket?.write("HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"),
    "forego.engine_error",
    /closed the connection|could not be asked/,
  ],
  [
    "is a closed connection",
    (response) => void response.socket?.destroy(),
    "forego.engine_error",
    /ECONNRESET/,
  ],
  ...(
    [
      ["null", null],
      ["true", true],
      ["a list", []],
      ["{ allow: true }", { allow: true }],
      ["an allow without the rest", { effect: "allow" }],
      ["another effect", { ...allow, effect: "permit" }],
      ["an allow for an unknown rule", { ...allow, hits: ["resource.desk.elsewhere"] }],
      ["an allow for an unknown reason", { ...allow, reasons: ["because"] }],
      [
        "an allow with a deny among the hits",
        { ...allow, reasons: [], hits: ["compliance.data_access.clearance"] },
      ],
    ] as const
  ).map(
    ([what, result]): Row => [
      `has ${what} as its result`,
      withResult(result),
      "forego.invalid_decision",
      /closed shape/,
    ],
  ),
];

function drip(response: ServerResponse, text: string): void {
  const { socket } = response;
  const timer = setInterval(() => socket?.write(text), 100);
  socket?.once("close", () => clearInterval(timer));
}

describe("an answer that", () => {
  test("is as those below, but with nothing odd about it, is an allow", async () => {
    proxy.misbehave(withAllow((response, text) => void response.writeHead(200, json).end(text)));
    const decision = await desk.guard.decide(refundCall(10));
    proxy.misbehave(undefined);
    expect(decision).toMatchObject({ allow: true, reasons: ["support_refunds"] });
  });

  test.each(rows)(
    "%s is a deny that the observer hears of, and the next call is decided",
    async (_what, behaviour, reason, cause) => {
      proxy.misbehave(behaviour);
      const denied = await desk.guard.decide(refundCall(10));
      proxy.misbehave(undefined);
      expect(denied).toMatchObject({ allow: false, reasons: [reason] });
      const { trouble } = desk.decisions.at(-1) ?? {};
      expect(trouble?.reason).toBe(reason);
      expect(String(trouble?.cause)).toMatch(cause);
      const told = inspect(desk.decisions.at(-1), { depth: 20, showHidden: true }) + JSON.stringify(denied);
      for (const word of [secret, header]) expect(told).not.toContain(word);
      expect(await desk.guard.decide(refundCall(10))).toMatchObject({
        allow: true,
        reasons: ["support_refunds"],
      });
    },
  );
});

describe("connections", () => {
  test("are used again, and closed where an answer was odd", async () => {
    for (const amount of [1, 2, 3]) await desk.guard.decide(refundCall(amount));
    expect(await proxy.connections()).toBe(1);
    proxy.misbehave(() => {});
    await desk.guard.decide(refundCall(4));
    proxy.misbehave(undefined);
    await expect.poll(() => proxy.connections()).toBe(0);
  });

  test("that the server had closed meanwhile are replaced, and the call is decided", async () => {
    await desk.guard.decide(refundCall(1));
    // as a server does that closes what is idle at the moment at which it is asked again
    let closed = 0;
    proxy.misbehave((response) => {
      closed += 1;
      proxy.misbehave(undefined);
      response.socket?.resetAndDestroy();
    });
    expect(await desk.guard.decide(refundCall(1))).toMatchObject({ allow: true });
    expect(closed).toBe(1);
  });

  test("that a guard does not wait for are closed soon", async () => {
    const hasty = createDesk(engine, { clock: systemClock, deadlineMs: 50 });
    proxy.misbehave(() => {});
    const answers = await Promise.all([1, 2, 3, 4].map((amount) => hasty.guard.decide(refundCall(amount))));
    expect(answers.map(({ reasons }) => reasons)).toEqual(Array(4).fill(["forego.deadline"]));
    await sleep(timeoutMs);
    // a busy machine may send them only now: then they are not answered either
    await expect.poll(() => proxy.connections()).toBe(0);
    proxy.misbehave(undefined);
  });
});

describe("the token and the headers", () => {
  test("are part of every request", async () => {
    await desk.guard.decide(refundCall(10));
    const { headers } = proxy.requests.at(-1) ?? {};
    expect(headers).toMatchObject({ authorization: `Bearer ${secret}`, "x-gateway-key": header });
  });
});
