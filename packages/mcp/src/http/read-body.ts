import type { IncomingMessage } from "node:http";

/** The JSON of a request, or why there is none. */
export type ReadBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: 400 | 413; readonly problem: string };

/** Bytes of a request. */
const maxBodyBytes = 4 * 1024 * 1024;

/** Reads a request's body, up to 4 MiB. Rejects when the client goes away. */
export function readBody(request: IncomingMessage): Promise<ReadBody> {
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

function parse(text: string): ReadBody {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, status: 400, problem: "The request is not JSON." };
  }
}
