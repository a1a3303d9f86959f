export type { MemoryLimits } from "./opa-instance.ts";
export type { WasmEngine, WasmEngineParts, WasmLimits } from "./wasm-engine.ts";
export { createWasmEngine, decisionEntrypoint } from "./wasm-engine.ts";
