import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { type HttpServer, HttpUpstream } from "./http/http-upstream.ts";

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
  return new StdioClientTransport({
    command,
    args: [...args],
    env: { ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
}
