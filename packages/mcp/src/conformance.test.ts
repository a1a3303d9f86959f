import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createEngine } from "forego";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { commandOf, openMcpDesk, startOverHttp } from "../../../test/support/mcp-desk.ts";
import { allowAllPolicies } from "../../../test/support/mcp-policies.ts";
import { root } from "../../../test/support/repository.ts";

const revisions = [
  { revision: "2025-11-25", name: "mcp-everything-server.ts", least: 40 },
  { revision: "2026-07-28", name: "mcp-later-server.ts", least: 100 },
];

let built: BuiltRelease;

beforeAll(async () => {
  built = await buildRelease(allowAllPolicies);
});
afterAll(() => built.remove());

/** What the gateway answers by itself: it looks at hosts, and drops answers that nobody has asked for. */
const ownAnswers = ["server-dns-rebinding", "sep-2322-ignore-unexpected-params"];

interface Check {
  readonly id: string;
  readonly status: string;
}

/** Runs what a revision requires against a server; answers with what came of each check, sorted. */
async function runConformance(url: string, revision: string): Promise<readonly string[]> {
  const dir = await mkdtemp(join(tmpdir(), "forego-conformance-"));
  try {
    const suite = join(root, "node_modules/@modelcontextprotocol/conformance/dist/index.js");
    const args = [suite, "server", "--url", url, "--requirements", revision, "-o", dir];
    // it exits with 1 where a check fails; what failed is in the files
    await promisify(execFile)(process.execPath, args).catch(() => {});
    const checks = await Promise.all(
      (await readdir(dir)).map(async (scenario) => {
        const found = JSON.parse(
          await readFile(join(dir, scenario, "checks.json"), "utf8"),
        ) as readonly Check[];
        const name = scenario.replace(/-\d{4}-\d{2}-\d{2}T.*$/, "");
        return found.map(({ id, status }) => `${name}: ${id}: ${status}`);
      }),
    );
    return checks
      .flat()
      .filter((check) => !ownAnswers.some((name) => check.includes(name)))
      .sort();
  } finally {
    await rm(dir, { recursive: true });
  }
}

test.each(revisions)(
  "what the protocol requires of $revision passes the same through the gateway as without it",
  async ({ revision, name, least }) => {
    const direct = await startOverHttp(name);
    const servers = { http: { url: direct.url }, stdio: commandOf(name, "stdio") };
    const desk = await openMcpDesk(createEngine(built.release), { servers });
    const urls = [direct.url, `${desk.url}/mcp/http`, `${desk.url}/mcp/stdio`];
    const [before = [], overHttp, overStdio] = await Promise.all(
      urls.map((url) => runConformance(url, revision)),
    );
    await desk.gateway.close();
    await direct.stop();
    expect(before.filter((check) => check.endsWith("SUCCESS")).length).toBeGreaterThan(least);
    expect(overHttp).toEqual(before);
    expect(overStdio).toEqual(before);
    expect(desk.decisions.length).toBeGreaterThanOrEqual(40);
  },
);
