export type { MemoryLimits } from "./opa-instance.ts";
export type { WasmEngine, WasmEngineParts, WasmLimits } from "./wasm-engine.ts";
export { createWasmEngine, entrypoints } from "./wasm-engine.ts";
