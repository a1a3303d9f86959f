export type { RegoSource } from "./build-module.ts";
export { buildModule, lintRego } from "./build-module.ts";
export { findOpa } from "./find-opa.ts";
export type { OpaEvalEngineParts } from "./opa-eval-engine.ts";
export { createOpaEvalEngine } from "./opa-eval-engine.ts";
export type { ParsedRego } from "./parse-rego.ts";
export { parseRego } from "./parse-rego.ts";
