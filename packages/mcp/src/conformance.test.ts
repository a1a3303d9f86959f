import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createEngine } from "forego";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import {
  everythingServer,
  type McpDesk,
  openMcpDesk,
  startEverything,
} from "../../../test/support/mcp-desk.ts";
import { allowAllPolicies } from "../../../test/support/mcp-policies.ts";
import type { RealServer } from "../../../test/support/real-server.ts";
import { root } from "../../../test/support/repository.ts";

let built: BuiltRelease;
let direct: RealServer;
let desk: McpDesk;

beforeAll(async () => {
  [built, direct] = await Promise.all([buildRelease(allowAllPolicies), startEverything()]);
  const servers = { http: { url: direct.url }, stdio: everythingServer };
  desk = await openMcpDesk(createEngine(built.release), { servers });
});
afterAll(async () => {
  await desk.gateway.close();
  await direct.stop();
  await built.remove();
});

interface Check {
  readonly id: string;
  readonly status: string;
}

/** Runs the conformance suite against a server; answers with what came of each check, sorted. */
async function runConformance(url: string): Promise<readonly string[]> {
  const dir = await mkdtemp(join(tmpdir(), "forego-conformance-"));
  try {
    const suite = join(root, "node_modules/@modelcontextprotocol/conformance/dist/index.js");
    // it exits with 1 where a check fails; what failed is in the files
    await promisify(execFile)(process.execPath, [
      suite,
      "server",
      "--url",
      url,
      "--suite",
      "all",
      "-o",
      dir,
    ]).catch(() => {});
    const checks = await Promise.all(
      (await readdir(dir)).map(async (scenario) => {
        const found = JSON.parse(
          await readFile(join(dir, scenario, "checks.json"), "utf8"),
        ) as readonly Check[];
        const name = scenario.replace(/-\d{4}-\d{2}-\d{2}T.*$/, "");
        return found.map(({ id, status }) => `${name}: ${id}: ${status}`);
      }),
    );
    return checks.flat().sort();
  } finally {
    await rm(dir, { recursive: true });
  }
}

test("the conformance suite of the protocol passes the same through the gateway as without it", async () => {
  const urls = [direct.url, `${desk.url}/mcp/http`, `${desk.url}/mcp/stdio`];
  const [before = [], overHttp, overStdio] = await Promise.all(urls.map(runConformance));
  expect(before.filter((check) => check.endsWith("SUCCESS")).length).toBeGreaterThan(40);
  expect(before.filter((check) => check.endsWith("FAILURE"))).toEqual([]);
  expect(overHttp).toEqual(before);
  expect(overStdio).toEqual(before);
  expect(desk.decisions.length).toBeGreaterThanOrEqual(40);
});
