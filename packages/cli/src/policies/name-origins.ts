import { originOf } from "@forego/bundles";
import type { LinkedRelease } from "@forego/compiler";
import { ForegoError } from "@forego/core";

/** Adds to what OPA says about lines of generated Rego the TypeScript that they were made from: what people can look at. */
export function nameOrigins(error: unknown, release: Pick<LinkedRelease, "sourceMap">): unknown {
  if (!ForegoError.isForegoError(error)) return error;
  const lines = error.message.matchAll(/(forego\/\S+?\.rego):(\d+)/g);
  const places = [...lines].flatMap(([, file = "", line]) => {
    const origin = originOf(release, file, Number(line));
    return origin === undefined ? [] : [`${origin.file}:${origin.line}:${origin.column}`];
  });
  if (places.length === 0) return error;
  const { code, fix, message } = error;
  const problem = message.slice(`${code} `.length, -` Fix: ${fix}`.length);
  const from = [...new Set(places)].join(", ");
  return new ForegoError(code, `${problem} It was made from ${from}.`, fix, { cause: error });
}
