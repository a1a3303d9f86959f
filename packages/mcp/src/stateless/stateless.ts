import type { IncomingHttpHeaders } from "node:http";
import type { JSONRPCRequest, RequestId } from "@modelcontextprotocol/sdk/types.js";
import { property, type Result } from "../json-rpc.ts";

/**
 * The version of the protocol that knows no sessions: each request says of itself what a session had agreed on, and
 * what a server asks comes as a result (https://modelcontextprotocol.io/specification/2026-07-28).
 */
export const statelessVersion = "2026-07-28";

const versionKey = "io.modelcontextprotocol/protocolVersion";
const capabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
const subscriptionKey = "io.modelcontextprotocol/subscriptionId";

/** The version that a request says it is of; `undefined` for one that belongs to a session. */
export function claimedVersion(params: unknown): unknown {
  return property(property(params, "_meta"), versionKey);
}

/** Whether a request belongs to no session, and says of itself which version it is of. */
export function isStateless(params: unknown): boolean {
  return claimedVersion(params) !== undefined;
}

/** Whether a request says of itself what it must. */
export function isWhole(params: unknown): boolean {
  const capabilities = capabilitiesOf(params);
  return (
    typeof claimedVersion(params) === "string" && typeof capabilities === "object" && capabilities !== null
  );
}

/** What the client of a request can do, as it says in there. */
export function capabilitiesOf(params: unknown): unknown {
  return property(property(params, "_meta"), capabilitiesKey);
}

/** The request that a server's message belongs to, where it is a subscription's. */
export function subscriptionOf(params: unknown): unknown {
  return property(property(params, "_meta"), subscriptionKey);
}

/** What a message of a subscription says, under the id that the other side knows the subscription by. */
export function ofSubscription<TParams extends Result>(params: TParams, id: RequestId): TParams {
  return subscriptionOf(params) === undefined
    ? params
    : { ...params, _meta: { ...params._meta, [subscriptionKey]: id } };
}

/** A result that says that it is one, as that version asks. */
export function complete(result: Result): Result {
  return { ...result, resultType: "complete" };
}

/** Whether a result is one, and neither a question nor a promise of a result. */
export function isComplete(result: Result): boolean {
  return (property(result, "resultType") ?? "complete") === "complete";
}

/** A result that nobody but its client may keep: for others it would have been another. */
export function uncached(result: Result): Result {
  return property(result, "cacheScope") === undefined ? result : { ...result, cacheScope: "private" };
}

/** A server's description of itself, without the versions that the gateway does not speak. */
export function discovered(result: Result): Result {
  const versions = property(result, "supportedVersions");
  // fail closed: a version that is not known has doors that are not known
  const supportedVersions = Array.isArray(versions) ? versions.filter((one) => one === statelessVersion) : [];
  return uncached({ ...result, supportedVersions });
}

/** What a request over HTTP is about, in headers: for those on its way that read no bodies. */
export function headersOf({
  method,
  params,
}: Pick<JSONRPCRequest, "method" | "params">): Record<string, string> {
  const name = nameOf(method, params);
  return {
    "mcp-protocol-version": String(claimedVersion(params)),
    "mcp-method": method,
    ...(name === undefined ? {} : { "mcp-name": encodeHeader(name) }),
  };
}

/** Whether the headers of a request say what its body says: what is decided is the body. */
export function saysTheSame(headers: IncomingHttpHeaders, request: JSONRPCRequest): boolean {
  // fail closed: those on its way must not take a request for another
  return Object.entries(headersOf(request)).every(
    ([name, value]) => decoded(headers[name]) === decoded(value),
  );
}

function nameOf(method: string, params: unknown): string | undefined {
  const key = method === "resources/read" ? "uri" : "name";
  const isNamed = ["tools/call", "prompts/get", "resources/read"].includes(method);
  const name = isNamed ? property(params, key) : undefined;
  return typeof name === "string" ? name : undefined;
}

/** A text as a header: in base64, where it could not stand there as it is. */
export function encodeHeader(text: string): string {
  const isPlain = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.startsWith("=?base64?");
  return isPlain ? text : `=?base64?${Buffer.from(text).toString("base64")}?=`;
}

function decoded(header: string | readonly string[] | undefined): string | undefined {
  const base64 = typeof header === "string" ? /^=\?base64\?(.*)\?=$/.exec(header)?.[1] : undefined;
  return base64 === undefined ? header?.toString() : Buffer.from(base64, "base64").toString();
}
