export { compilePolicies } from "./compile.ts";
export type { CompiledPolicy } from "./compiled-policy.ts";
export type { DiagnosticCode } from "./diagnostics/codes.ts";
export { diagnosticCodes } from "./diagnostics/codes.ts";
export type { Diagnostic, DiagnosticPlace } from "./diagnostics/diagnostic.ts";
export { formatDiagnostic } from "./diagnostics/diagnostic.ts";
export type { ExplainedCode } from "./diagnostics/explain-code.ts";
export { explainCode, nearestCode } from "./diagnostics/explain-code.ts";
export { clauseWords } from "./emit/prose/clause-words.ts";
export { sayPolicy } from "./emit/prose/say-policy.ts";
export type { ParsedRego, RegoError, RegoParser } from "./handwritten/rego-syntax.ts";
export type {
  LinkedBundle,
  LinkedRelease,
  Linking,
  LinkOptions,
  RegoFile,
  SourceMap,
} from "./link/link-release.ts";
export { linkRelease } from "./link/link-release.ts";
export type { Compilation, CompilerOptions, PolicyCompiler } from "./policy-compiler.ts";
export { createPolicyCompiler } from "./policy-compiler.ts";
