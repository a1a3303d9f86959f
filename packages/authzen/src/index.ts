export type { AuthZenOptions } from "./authzen-handler.ts";
export { createAuthZenHandler } from "./authzen-handler.ts";
export type { Authenticate, KeyedCaller } from "./bearer-keys.ts";
export { bearerKeys, bearerToken } from "./bearer-keys.ts";
export type { AuthZenHost, Caller } from "./caller.ts";
export { identifySubject } from "./caller.ts";
export type { Entity } from "./evaluation.ts";
