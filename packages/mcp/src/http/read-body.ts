import type { IncomingMessage } from "node:http";

/** The JSON of a request, or why there is none. */
export type ReadBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: 400 | 413; readonly problem: string };

/** Bytes of a request. */
const maxBodyBytes = 4 * 1024 * 1024;

/**
 * Reads a request's body, up to 4 MiB. Where the application's server has read it, it is what that has left as `body`.
 * Rejects when the client goes away.
 */
export function readBody(request: IncomingMessage & { readonly body?: unknown }): Promise<ReadBody> {
  if (request.readableEnded) return Promise.resolve(readBefore(request.body));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
      // fail closed: a client does not fill the memory of the gateway; what comes after is read and forgotten
      else resolve({ ok: false, status: 413, problem: "The request is too large." });
    });
    request.on("end", () => resolve(parse(Buffer.concat(chunks).toString("utf8"))));
    request.on("error", reject);
  });
}

function readBefore(body: unknown): ReadBody {
  if (typeof body === "object" && body !== null && !Buffer.isBuffer(body)) return { ok: true, value: body };
  return { ok: false, status: 400, problem: "The request was read before it came here, and not as JSON." };
}

function parse(text: string): ReadBody {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, status: 400, problem: "The request is not JSON." };
  }
}
