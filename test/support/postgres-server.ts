import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  endProcess,
  findPort,
  findProgram,
  type RealServer,
  reportMissing,
  startServer,
} from "./real-server.ts";

/** Whom Postgres runs as when the tests run as root, which it refuses. */
const otherUser = "nobody";

/** The Postgres at `DATABASE_URL`, else one that is started from the PATH; `undefined` when there is neither. */
export async function startPostgres(): Promise<RealServer | undefined> {
  const url = process.env.DATABASE_URL;
  if (url !== undefined && url !== "") return { url, stop: async () => {} };
  const initdb = findProgram("initdb");
  const postgres = findProgram("postgres");
  if (initdb === undefined || postgres === undefined) return reportMissing("Postgres server", "DATABASE_URL");
  const folder = mkdtempSync(join(tmpdir(), "forego-postgres-"));
  const asUser = allowed(folder);
  const data = join(folder, "data");
  const init = [
    ...asUser,
    initdb,
    "-D",
    data,
    "-U",
    "forego",
    "--auth=trust",
    "--no-sync",
    "--encoding=UTF8",
    "--no-locale",
  ];
  execFileSync(init[0] ?? "", init.slice(1), { stdio: "ignore", cwd: folder });
  const port = await findPort();
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: folder,
    max_connections: 300,
    fsync: "off",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const run = [...asUser, postgres, "-D", data, "-p", String(port), ...options];
  const child = await startServer(
    run[0] ?? "",
    run.slice(1),
    /database system is ready to accept connections/,
  );
  return {
    url: `postgres://forego@127.0.0.1:${port}/postgres`,
    async stop() {
      // lets those who are about to leave go first
      const hurry = setTimeout(() => child.kill("SIGINT"), 5000);
      await endProcess(child, "SIGTERM");
      clearTimeout(hurry);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What stands before commands, so that they run as somebody who may use the folder. */
function allowed(folder: string): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  const id = (option: string) => Number(execFileSync("id", [option, otherUser], { encoding: "utf8" }));
  chownSync(folder, id("-u"), id("-g"));
  return ["setpriv", `--reuid=${id("-u")}`, `--regid=${id("-g")}`, "--clear-groups"];
}
