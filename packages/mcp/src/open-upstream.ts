import type { ChildProcess } from "node:child_process";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { ReadBuffer } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { type HttpServer, HttpUpstream } from "./http/http-upstream.ts";
import { property } from "./json-rpc.ts";

/** A server that is started for each session: its process gets no more of the environment than `env` and what every process needs. */
export interface StdioServer {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Where a server is. */
export type ServerPlace = StdioServer | HttpServer;

/** Prepares a connection. `unanswered` hears of requests whose answer cannot come any more, by their ids. */
export function openUpstream(place: ServerPlace, unanswered: (id: number) => void): Transport {
  if (!("command" in place)) return new HttpUpstream(place, unanswered);
  const { command, args = [], env = {}, cwd } = place;
  return new ServerProcess({
    command,
    args: [...args],
    env: { ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** A server's process, which may have started others that go on writing where it wrote. */
class ServerProcess extends StdioClientTransport {
  #ended: Promise<void> | undefined;

  override close(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    const { stdout } = (property(this, "_process") ?? {}) as Partial<ChildProcess>;
    // nobody waits for what it writes while it has time to end by itself: that is read, and not parsed any more
    stdout?.removeAllListeners("data").resume();
    (property(this, "_readBuffer") as ReadBuffer | undefined)?.clear();
    await super.close();
    stdout?.destroy();
  }
}
