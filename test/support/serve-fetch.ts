import type { RequestListener } from "node:http";
import { buffer } from "node:stream/consumers";

/** Serves what answers a `Request` of the web over Node's own server; the request is aborted when its client goes away. */
export function serveFetch(fetch: (request: Request) => Promise<Response>): RequestListener {
  return async (request, response) => {
    const controller = new AbortController();
    response.once("close", () => controller.abort());
    const { method = "POST", headers, url } = request;
    const body = await buffer(request);
    const answer = await fetch(
      new Request(`http://127.0.0.1${url}`, {
        method,
        headers: headers as Record<string, string>,
        signal: controller.signal,
        ...(body.length === 0 ? {} : { body }),
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    for await (const chunk of answer.body ?? []) response.write(chunk);
    response.end();
  };
}
