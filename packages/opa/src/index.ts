export type { OpaEngine, OpaEngineParts } from "./opa-engine.ts";
export { createOpaEngine } from "./opa-engine.ts";
export type { OpaAddress, OpaServer } from "./opa-server.ts";
