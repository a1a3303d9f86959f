import { HttpProblem } from "./http-problem.ts";

/**
 * Reads the JSON object of a request, and no more of it than `maxBytes`.
 *
 * @throws HttpProblem 400 for what is no JSON object, 413 for what is too large.
 */
export async function readJson(
  request: Request,
  maxBytes: number,
): Promise<Readonly<Record<string, unknown>>> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(?:;|$)/i.test(type))
    throw new HttpProblem(400, "The content type is not application/json.");
  const text = await readText(request, maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new HttpProblem(400, "The request is not JSON.");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new HttpProblem(400, "The request is not a JSON object.");
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let size = 0;
  let text = "";
  try {
    const reader = request.body?.getReader();
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      const chunk = part.value;
      size += chunk.byteLength;
      // fail closed: a caller does not fill the memory, whatever length it has announced
      if (size > maxBytes) throw new HttpProblem(413, `The request is larger than ${maxBytes} bytes.`);
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw new HttpProblem(400, "The request cannot be read as UTF-8 text.");
  }
}
