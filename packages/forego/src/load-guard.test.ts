import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { signRelease } from "@forego/bundles";
import { ForegoError } from "@forego/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease, writeFolder } from "../../../test/support/build-release.ts";
import { identifyDesk, refundCall } from "../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import { bundlesOf, freePort, runOpaServer } from "../../../test/support/run-opa-server.ts";
import { createEngine, loadEngine } from "./load-engine.ts";
import { type LoadGuardOptions, loadGuard } from "./load-guard.ts";

let built: BuiltRelease;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
});

afterAll(() => built.remove());

const options = {
  identify: identifyDesk,
  agent: { id: "desk-agent", scope: "support" },
  facts: { risk: () => 0 },
  deadlineMs: 5000,
};

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((cause: unknown) => cause);
  if (!ForegoError.isForegoError(error)) throw new Error("no ForegoError", { cause: error });
  return error.code;
}

describe("loadGuard", () => {
  test.each<LoadGuardOptions["engine"]>([undefined, "wasm", "ir"])(
    "puts the release of a folder before an agent, in the engine %s",
    async (engine) => {
      const guard = await loadGuard(built.dir, engine === undefined ? options : { ...options, engine });
      expect(guard.release.digest).toBe(built.release.info.digest);
      expect((await guard.admit(refundCall(10))).decision.reasons).toEqual(["support_refunds"]);
      expect((await guard.admit(refundCall(70))).decision.effect).toBe("require_approval");
      expect((await guard.admit(refundCall("ten"))).decision.allow).toBe(false);
    },
  );

  test("finds the release on an OPA server, and waits for it as long as the guard does", async () => {
    const { url, socket, stop } = await runOpaServer(await bundlesOf(built.dir));
    try {
      for (const server of [{ url }, { socket }]) {
        const engine = { opa: { ...server, onWarning: () => {} } };
        const guard = await loadGuard(built.dir, { ...options, engine });
        expect((await guard.admit(refundCall(10))).decision.reasons).toEqual(["support_refunds"]);
        expect((await guard.admit(refundCall(70))).decision.effect).toBe("require_approval");
        expect((await guard.admit(refundCall("ten"))).decision.allow).toBe(false);
      }
    } finally {
      await stop();
    }
  });

  test("needs an OPA server that has the release", async () => {
    const opa = { url: `http://127.0.0.1:${await freePort()}`, startTimeoutMs: 50 };
    expect(await codeOf(loadGuard(built.dir, { ...options, engine: { opa } }))).toBe("FG4021");
    expect(await codeOf(loadGuard(built.dir, { ...options, engine: {} as never }))).toBe("FG4020");
  });

  test("needs a release that can be used", async () => {
    expect(await codeOf(loadGuard(join(built.dir, "nowhere"), options))).toBe("FG3030");
    const damaged = await writeFolder({});
    await writeFile(join(damaged, "release.tar.gz"), "not an archive");
    expect(await codeOf(loadGuard(damaged, options))).toBe("FG3031");
    await rm(damaged, { recursive: true });
  });

  test("needs options that can be used", async () => {
    expect(await codeOf(loadGuard(built.dir, { ...options, deadlineMs: 0 }))).toBe("FG4002");
    expect(await codeOf(loadGuard(built.dir, { ...options, engine: "opa" as never }))).toBe("FG3033");
  });
});

describe("createEngine", () => {
  test("needs the module that the release was built with, or one like it", () => {
    const module = new TextEncoder().encode("not a module");
    expect(() => createEngine({ ...built.release, module })).toThrow("FG3021");
  });

  test("gives engines that answer the same", async () => {
    const [wasm, ir] = await Promise.all([loadEngine(built.dir, "wasm"), loadEngine(built.dir, "ir")]);
    const action = { type: "tool_call", tool: "refund", args: { amount: 10 }, data_classes_referenced: [] };
    const actions = [
      ...[10, 70, 200, "ten", undefined, null, -1].map((amount) => ({ ...action, args: { amount } })),
      { ...action, tool: "mail.send" },
      { ...action, type: "tool_calls" },
      { ...action, type: undefined },
      { ...action, type: "model_call" },
    ];
    const reasons = new Set<string>();
    for (const one of actions) {
      const input = {
        action: one,
        user: { data_classifications_authorized: [] },
        facts: { risk: 5 },
        granted: [],
      };
      const plain: typeof input = JSON.parse(JSON.stringify(input));
      const answer = wasm.evaluate(plain) as { readonly reasons: readonly string[] };
      expect(ir.evaluate(plain)).toEqual(answer);
      for (const reason of answer.reasons) reasons.add(reason);
    }
    expect([...reasons].sort()).toEqual([
      "forego.invalid_arguments",
      "forego.invalid_input",
      "forego.no_matching_allow",
      "refund_needs_confirmation",
      "refund_needs_review",
      "support_refunds",
    ]);
  });
});

describe("a release with hand-written Rego", () => {
  const module = (condition: string) => `package forego.compliance.rego.staff

import rego.v1

hits contains "stranger" if ${condition}
`;
  const policies = (condition: string) => ({
    ...deskPolicies(),
    "staff.policy.ts": `import { rego } from "@forego/dsl";
export default rego({
  category: "compliance",
  name: "staff",
  version: "1.0.0",
  module: "./staff.rego",
  reads: ["user.id"],
  rules: ({ deny }) => ({ stranger: deny({ reason: "user_is_a_stranger" }) }),
});
`,
    "staff.rego": module(condition),
  });

  test("decides in WASM and over an OPA server", async () => {
    const own = await buildRelease(policies('input.user.id != "ada"'));
    const { socket, stop } = await runOpaServer(await bundlesOf(own.dir));
    try {
      for (const engine of ["wasm" as const, { opa: { socket, onWarning: () => {} } }]) {
        const guard = await loadGuard(own.dir, { ...options, engine });
        expect((await guard.admit(refundCall(10))).decision.reasons).toEqual(["support_refunds"]);
        const bob = refundCall(10, { host: { user: "bob", cleared: ["billing"] } });
        expect((await guard.admit(bob)).decision.reasons).toEqual(["user_is_a_stranger"]);
      }
    } finally {
      await stop();
      await own.remove();
    }
  });

  test("does not let the engine of the intermediate form decide", async () => {
    const own = await buildRelease(policies('input.user.id != "ada"'));
    expect(await codeOf(loadEngine(own.dir, "ir"))).toBe("FG3036");
    expect(() => createEngine(own.release, "ir")).toThrow("compliance.staff.stranger");
    await own.remove();
  });
});

describe("a release that was signed", () => {
  test("is loaded by whoever names the key, and by nobody who names another or none", async () => {
    const signed = await buildRelease(deskPolicies());
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
    const pem = (key: KeyObject) => key.export({ type: "spki", format: "pem" }) as string;
    await signRelease(signed.dir, { key: privateKey.export({ type: "pkcs8", format: "pem" }) as string });
    const guard = await loadGuard(signed.dir, { ...options, keys: [pem(publicKey)] });
    expect((await guard.admit(refundCall(10))).decision.allow).toBe(true);
    expect(await codeOf(loadGuard(signed.dir, { ...options, keys: [pem(stranger)] }))).toBe("FG3037");
    expect(await codeOf(loadGuard(signed.dir, options))).toBe("FG3039");
    // one that does not come to decide leaves the one before at work
    const next = loadEngine(built.dir, "wasm", { keys: [pem(publicKey)] });
    expect(await codeOf(next.then((engine) => guard.activate(engine)))).toBe("FG3037");
    expect((await guard.admit(refundCall(10))).decision.allow).toBe(true);
    await signed.remove();
  });
});

describe("a guard that names the digests of releases", () => {
  test("loads one of those, and no other", async () => {
    const { digest } = built.release.info;
    const guard = await loadGuard(built.dir, { ...options, digests: ["sha256:older", digest] });
    expect(guard.release.digest).toBe(digest);
    for (const digests of [["sha256:newer"], []]) {
      expect(await codeOf(loadGuard(built.dir, { ...options, digests }))).toBe("FG3041");
      expect(await codeOf(loadEngine(built.dir, "ir", { digests }))).toBe("FG3041");
    }
  });
});
