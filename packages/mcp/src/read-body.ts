import type { IncomingMessage } from "node:http";

/** The JSON of a request, or why there is none. */
export type ReadBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: 400 | 413; readonly problem: string };

/** Bytes of a request. */
const maxBodyBytes = 4 * 1024 * 1024;

/** Reads a request's body, up to 4 MiB. */
export async function readBody(request: IncomingMessage): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    // fail closed: a client does not fill the memory of the gateway
    if (size > maxBodyBytes) return { ok: false, status: 413, problem: "The request is too large." };
    chunks.push(chunk as Buffer);
  }
  try {
    return { ok: true, value: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  } catch {
    return { ok: false, status: 400, problem: "The request is not JSON." };
  }
}
