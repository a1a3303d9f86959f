import { type Engine, ForegoError, type ReleaseInfo } from "@forego/core";
import { createInputCheck, type IrRelease } from "@forego/ir";
import { createOpaInstance, type MemoryLimits, type OpaInstance } from "./opa-instance.ts";

/** The entrypoints that every release's module has: one that checks the input itself, one for an input that has been checked. */
export const entrypoints = { result: "forego/decision/result", checked: "forego/decision/checked" } as const;

/** When an instance is thrown away, and how large it may be. */
export interface WasmLimits {
  /** Pages of 64 KiB. Defaults to 32 at first and 1,024 (64 MiB) at most. */
  readonly memory: MemoryLimits;
  /** Bytes by which an instance may grow beyond its data before the next evaluation gets a new one. Defaults to 16 MiB. */
  readonly recycleAboveBytes: number;
  /** Evaluations after which an instance is thrown away. Defaults to 100,000. */
  readonly recycleAfter: number;
  /** Characters of input text. Defaults to 1 Mi. */
  readonly maxInputLength: number;
}

const defaultLimits: WasmLimits = {
  memory: { initial: 32, maximum: 1024 },
  recycleAboveBytes: 16 * 1024 * 1024,
  recycleAfter: 100_000,
  maxInputLength: 1024 * 1024,
};

/** What the engine is made from: the parts of a release. */
export interface WasmEngineParts {
  readonly release: ReleaseInfo;
  /** The compiled module, ready or as bytes. Where code may not be compiled at run time, it must be ready. */
  readonly module: WebAssembly.Module | BufferSource;
  /** The document at `data`. */
  readonly data: unknown;
  /**
   * The intermediate form of the release. With it, the engine checks the input by the guards in there, which is faster,
   * and asks the module only what matched; without it, the module does both. The decisions are the same.
   */
  readonly ir?: IrRelease;
  readonly limits?: Partial<WasmLimits>;
}

/** The in-process engine, and what became of its instances. */
export interface WasmEngine extends Engine {
  readonly kind: "wasm";
  /** How many instances have been made, the first one included. */
  instances(): number;
}

/**
 * Makes the in-process engine: synchronous, in microseconds, without interruption. An instance that threw is never
 * used again, since OPA's module does not unwind; the next evaluation gets a new one (about a millisecond).
 *
 * @throws ForegoError FG3021 when the module cannot be used: damaged, of another tool, or without the entrypoint.
 */
export function createWasmEngine({ release, module, data, ir, limits: given }: WasmEngineParts): WasmEngine {
  const check = ir === undefined ? undefined : createInputCheck(ir);
  const used = check === undefined ? [entrypoints.result] : Object.values(entrypoints);
  const limits: WasmLimits = { ...defaultLimits, ...given };
  const compiled = compile(module);
  let made = 0;
  let evaluations = 0;
  let loadedBytes = 0;
  let current: OpaInstance | undefined;
  let isEvaluating = false;

  const instance = (): OpaInstance => {
    if (current === undefined) {
      current = createOpaInstance(compiled, used, data, limits.memory);
      loadedBytes = current.memoryBytes();
      made += 1;
      evaluations = 0;
    }
    return current;
  };

  const recycle = (instance: OpaInstance): void => {
    const grownBytes = instance.memoryBytes() - loadedBytes;
    if (evaluations >= limits.recycleAfter || grownBytes > limits.recycleAboveBytes) current = undefined;
  };

  const evaluateAt = (entrypoint: string, input: EngineInput): unknown => {
    // fail closed: a second evaluation inside the first would write over its memory
    if (isEvaluating) throw new Error("the engine was entered while it evaluated");
    const text = JSON.stringify(input);
    // fail closed: what does not fit is not evaluated
    if (text.length > limits.maxInputLength) throw new Error("the projected input is too large");
    isEvaluating = true;
    try {
      const opa = instance();
      evaluations += 1;
      const output = opa.evaluate(text, entrypoint);
      recycle(opa);
      return output;
    } catch (cause) {
      // fail closed: an instance that threw may answer anything from now on
      current = undefined;
      throw cause;
    } finally {
      isEvaluating = false;
    }
  };

  const evaluateWhole = (input: EngineInput) => evaluateAt(entrypoints.result, input);

  // the first evaluation shows that the module works, and is the slowest
  const tryOut = { action: { type: "tool_call", tool: "" }, granted: [] };
  const answer = checked(() => evaluateWhole(tryOut));
  const instances = () => made;
  // fail closed: bundles that do not belong together are told of by the entrypoint that looks at them each time
  if (check === undefined || !isOfOneRelease(answer))
    return { kind: "wasm", release, evaluate: evaluateWhole, instances };
  const evaluate = (input: EngineInput) => {
    const unchecked = check(input);
    return unchecked === undefined
      ? evaluateWhole(input)
      : evaluateAt(entrypoints.checked, { ...input, unchecked });
  };
  checked(() => evaluate(tryOut));
  return { kind: "wasm", release, evaluate, instances };
}

type EngineInput = Readonly<Record<string, unknown>>;

/** Whether the module found, on data that never changes, that its bundles are those of one release. */
function isOfOneRelease(answer: unknown): boolean {
  const { reasons } = (answer ?? {}) as { readonly reasons?: unknown };
  return Array.isArray(reasons) && !reasons.includes("forego.release_mismatch");
}

function compile(module: WebAssembly.Module | BufferSource): WebAssembly.Module {
  return module instanceof WebAssembly.Module ? module : checked(() => new WebAssembly.Module(module));
}

function checked<TResult>(work: () => TResult): TResult {
  try {
    return work();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : "unknown";
    throw new ForegoError(
      "FG3021",
      `The compiled module of the release cannot be used: ${message}.`,
      "build the release again with `forego build`; a file that was damaged on its way does not load.",
      { cause },
    );
  }
}
